//! What the command line and the environment say of how people and keys come in.

use std::path::PathBuf;

use clap::Args;

use super::Role;
use super::breached::Breached;
use super::limits::{Limits, PAGES_PER_MINUTE};
use super::sso::{Provider, Settings};

/// How people and keys come in.
#[derive(Debug, Default)]
pub struct Access {
    /// Proxies before this service whose word on who asks is taken.
    pub trusted_proxies: usize,
    /// How much anybody may ask for.
    pub limits: Limits,
    /// Passwords that have leaked somewhere.
    pub breached: Option<Breached>,
    /// Where people of the organisation sign in.
    pub sso: Option<Provider>,
}

/// The arguments.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "How people sign in")]
pub struct Options {
    /// Proxies before this service, each of which appends to X-Forwarded-For who asked it; 0: the
    /// header is a stranger's word. Behind a proxy that is not counted here everybody is one network, and
    /// one person's wrong passwords make all wait
    #[arg(long, env = "TELLTALE_TRUSTED_PROXIES", default_value_t = 0)]
    trusted_proxies: usize,
    /// Pages that one person, or one network without a sign-in, may ask for in a minute, a third of them at
    /// a time; 0: no limit
    #[arg(long, env = "TELLTALE_PAGES_PER_MINUTE", default_value_t = PAGES_PER_MINUTE)]
    pages_per_minute: u32,
    /// Calls of the API that one key may make in a minute, a third of them at a time; 0: no limit
    #[arg(long, env = "TELLTALE_API_PER_MINUTE", default_value_t = 0)]
    api_per_minute: u32,
    /// File with SHA-1 hashes of leaked passwords, ordered by hash, as Have I Been Pwned offers for
    /// download: what is on it is not taken for a new password
    #[arg(long, env = "TELLTALE_BREACHED_PASSWORDS", value_name = "FILE")]
    breached_passwords: Option<PathBuf>,
    /// `OpenID` Connect provider to sign in with, such as `https://login.example.com`; its redirect URI for
    /// telltale is `PUBLIC_URL/sign-in/sso/back`. Mailboxes count only where the provider says `email_verified`
    #[arg(long, env = "TELLTALE_OIDC_ISSUER", value_name = "URL", requires_all = ["oidc_client_id", "public_url"])]
    oidc_issuer: Option<String>,
    /// What the provider calls telltale
    #[arg(long, env = "TELLTALE_OIDC_CLIENT_ID", value_name = "ID")]
    oidc_client_id: Option<String>,
    /// The client's secret, if it has one; better in the environment or a file than on a command line
    #[arg(
        long,
        env = "TELLTALE_OIDC_CLIENT_SECRET",
        hide_env_values = true,
        value_name = "SECRET"
    )]
    oidc_client_secret: Option<String>,
    /// File with the client's secret
    #[arg(
        long,
        env = "TELLTALE_OIDC_CLIENT_SECRET_FILE",
        value_name = "FILE",
        conflicts_with = "oidc_client_secret"
    )]
    oidc_client_secret_file: Option<PathBuf>,
    /// Claim of the ID token that lists somebody's groups
    #[arg(
        long,
        env = "TELLTALE_OIDC_GROUPS_CLAIM",
        default_value = "groups",
        value_name = "CLAIM"
    )]
    oidc_groups_claim: String,
    /// Scopes to ask for besides `openid`, `email` and `profile`; several with a comma between them
    #[arg(
        long,
        env = "TELLTALE_OIDC_SCOPES",
        value_delimiter = ',',
        value_name = "SCOPE"
    )]
    oidc_scopes: Vec<String>,
    /// Which role a group gives, such as `hr-team=recruiter`; may be repeated, or several with a semicolon
    /// between them. The later of recruiter, investigator, auditor, admin wins, at every sign-in; who is in
    /// no such group does not come in
    #[arg(long, env = "TELLTALE_OIDC_ROLE", value_delimiter = ';', value_parser = group_role, value_name = "GROUP=ROLE")]
    oidc_role: Vec<(String, Role)>,
}

fn group_role(text: &str) -> Result<(String, Role), String> {
    let wrong = || "a group and a role are expected, such as hr-team=recruiter".to_owned();
    // Groups of some directories hold an equals sign: `cn=hr,…`.
    let (group, role) = text.rsplit_once('=').ok_or_else(wrong)?;
    let role = Role::of_word(role.trim()).ok_or_else(wrong)?;
    match group.trim() {
        "" => Err(wrong()),
        group => Ok((group.to_owned(), role)),
    }
}

impl Options {
    /// What it comes to, or what is wrong with it.
    pub fn access(self, public_url: Option<&str>) -> Result<Access, String> {
        let breached = match &self.breached_passwords {
            Some(file) => {
                Some(Breached::open(file).map_err(|error| format!("{}: {error}", file.display()))?)
            }
            None => None,
        };
        Ok(Access {
            trusted_proxies: self.trusted_proxies,
            limits: Limits::new(self.pages_per_minute, self.api_per_minute),
            breached,
            sso: self.provider(public_url)?,
        })
    }

    fn provider(self, public_url: Option<&str>) -> Result<Option<Provider>, String> {
        let Some((issuer, client_id)) = self.oidc_issuer.zip(self.oidc_client_id) else {
            return Ok(None);
        };
        let public_url = public_url.ok_or("--oidc-issuer needs --public-url")?;
        if self.oidc_role.is_empty() {
            return Err("--oidc-issuer needs at least one --oidc-role GROUP=ROLE".into());
        }
        let client_secret = match &self.oidc_client_secret_file {
            Some(file) => {
                let text = std::fs::read_to_string(file);
                let text = text.map_err(|error| format!("{}: {error}", file.display()))?;
                Some(text.trim().to_owned())
            }
            None => self.oidc_client_secret,
        };
        let settings = Settings {
            issuer,
            client_id,
            client_secret,
            groups_claim: self.oidc_groups_claim,
            scopes: self.oidc_scopes,
            roles: self.oidc_role,
        };
        Provider::new(settings, public_url).map(Some)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_gives_a_role() {
        assert_eq!(
            group_role("cn=hr=recruiter"),
            Ok(("cn=hr".to_owned(), Role::Recruiter))
        );
        for wrong in ["hr", "=admin", "hr=", "hr=chief"] {
            assert!(group_role(wrong).is_err(), "{wrong}");
        }
    }
}
