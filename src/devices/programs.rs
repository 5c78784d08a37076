//! Programs by their names, places and ports: remote control, moving the pointer, consumer VPNs.
//!
//! Names are whole: a program that only holds another's name in its own is another program.

mod table;

use serde::{Deserialize, Serialize};

use crate::telemetry::Seen;
use table::{PROGRAMS, Program};

/// What a program is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Use {
    /// A person elsewhere sees the screen and types.
    Remote,
    /// Keeps the pointer moving while nobody is there.
    Jiggler,
    /// A consumer VPN.
    Vpn,
    /// A consumer VPN that public reports on such cases name.
    NamedVpn,
}

impl Use {
    /// The word in rules.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Remote => "remote",
            Self::Jiggler => "jiggler",
            Self::Vpn => "vpn",
            Self::NamedVpn => "named_vpn",
        }
    }
}

/// A program that was known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known {
    /// The product.
    pub product: &'static str,
    /// What it is for.
    pub purpose: Use,
    /// Whether the command line sets it up so that nobody need agree at the device.
    pub unattended: bool,
}

/// Programs that may listen on any port: whatever runs in them is not told by the port.
const RUNTIMES: [&str; 13] = [
    "com.docker.backend",
    "docker-proxy",
    "dotnet",
    "java",
    "kubectl",
    "nginx",
    "node",
    "php",
    "python",
    "python3",
    "ruby",
    "ssh",
    "sshd",
];

/// What a process is known as. Its command line is looked at and not kept: a PIN stands there.
pub fn process(seen: &Seen) -> Option<Known> {
    let Seen::Process {
        name,
        path,
        command_line,
        port,
    } = seen
    else {
        return None;
    };
    if command_line.as_deref().is_some_and(is_unattended) {
        return Some(Known {
            product: "Chrome Remote Desktop",
            purpose: Use::Remote,
            unattended: true,
        });
    }
    let names = [Some(name.as_str()), path.as_deref()].map(|text| text.map(file_name));
    let names = names.into_iter().flatten();
    let by_name = |program: &&Program| {
        let bare = |own: String| {
            program.files.contains(&without_exe(&own)) || program.files.contains(&&*own)
        };
        names.clone().any(bare)
    };
    let by_path = |program: &&Program| {
        let path = path.as_deref().unwrap_or_default().replace('\\', "/");
        let folders = path.to_lowercase();
        program
            .folders
            .iter()
            .any(|folder| folders.contains(folder))
    };
    let by_port = |program: &&Program| port.is_some_and(|port| program.ports.contains(&port));
    let any = |is: &dyn Fn(&&Program) -> bool| PROGRAMS.iter().find(is);
    let program = any(&by_name).or_else(|| any(&by_path)).or_else(|| {
        let tells_nothing = names
            .clone()
            .any(|own| RUNTIMES.contains(&without_exe(&own)));
        if tells_nothing { None } else { any(&by_port) }
    })?;
    Some(Known {
        product: program.product,
        purpose: program.purpose,
        unattended: false,
    })
}

/// The product that a remote session or an operator's list names, as the table writes it.
pub fn remote_product(written: &str) -> Option<&'static str> {
    let written = squeezed(written);
    let is = |program: &&Program| {
        let own = std::iter::once(program.product).chain(program.others.iter().copied());
        program.purpose == Use::Remote && own.map(squeezed).any(|name| name == written)
    };
    PROGRAMS.iter().find(is).map(|program| program.product)
}

/// Whether an operator's list has a product, under any of its names.
pub fn is_allowed(product: &str, allowed: &[String]) -> bool {
    allowed.iter().any(|one| {
        remote_product(one).is_some_and(|known| known == product)
            || squeezed(one) == squeezed(product)
    })
}

/// Whether public reports on such cases name a VPN.
pub fn is_named_vpn(written: &str) -> bool {
    let written = squeezed(written);
    let named = PROGRAMS
        .iter()
        .filter(|program| program.purpose == Use::NamedVpn);
    named
        .map(|program| squeezed(program.product))
        .any(|name| written.starts_with(&name))
}

/// Whether a command line sets up Chrome Remote Desktop with a PIN, so that nobody need agree at the device.
fn is_unattended(command_line: &str) -> bool {
    let line = command_line.to_lowercase();
    line.contains("remoting_start_host") && line.contains("--pin=")
}

/// The last part of a path in small letters.
fn file_name(path: &str) -> String {
    let last = path.trim().rsplit(['/', '\\']).next();
    last.unwrap_or_default().to_lowercase()
}

fn without_exe(file: &str) -> &str {
    file.strip_suffix(".exe").unwrap_or(file)
}

/// Letters and digits alone, small.
fn squeezed(text: &str) -> String {
    let kept = text.chars().filter(|c| c.is_alphanumeric());
    kept.flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(name: &str, path: &str, line: &str, port: u16) -> Option<Known> {
        let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        process(&Seen::Process {
            name: name.into(),
            path: text(path),
            command_line: text(line),
            port: (port > 0).then_some(port),
        })
    }

    #[test]
    fn programs_are_known_by_whole_names_folders_and_ports() {
        for (name, path, port, product) in [
            ("AnyDesk.exe", "", 0, "AnyDesk"),
            ("anydesk", "/usr/bin/anydesk", 7070, "AnyDesk"),
            (
                "svc.exe",
                r"C:\Program Files\RustDesk\svc.exe",
                0,
                "RustDesk",
            ),
            ("TeamViewer_Service.exe", "", 5938, "TeamViewer"),
            ("renamed.exe", "", 21116, "RustDesk"),
            ("svchost.exe", "", 3389, "Remote Desktop"),
            ("winvnc.exe", "", 0, "VNC"),
            ("ScreenConnect.ClientService.exe", "", 0, "ScreenConnect"),
            ("MeshAgent.exe", "", 0, "MeshCentral"),
            ("remoting_host.exe", "", 0, "Chrome Remote Desktop"),
            ("parsecd.exe", "", 0, "Parsec"),
            ("Astrill.exe", "", 0, "Astrill"),
            ("MouseJiggler.exe", "", 0, "Mouse Jiggler"),
        ] {
            let known = seen(name, path, "", port).map(|known| known.product);
            assert_eq!(known, Some(product), "{name}");
        }
    }

    #[test]
    fn innocent_programs_are_not_known() {
        for (name, path, port) in [
            ("AnyDeskManual.pdf", "", 0),
            ("tailscaled", "/usr/sbin/tailscaled", 41641),
            ("ssh", "/usr/bin/ssh", 5900),
            ("java.exe", "", 7070),
            ("caffeinate", "", 0),
            ("mstsc.exe", "", 0),
            ("zoom.us", "", 0),
            ("parsecd", "/System/Library/CoreParsec.framework/parsecd", 0),
            ("", "", 0),
        ] {
            assert_eq!(seen(name, path, "", port), None, "{name}");
        }
    }

    #[test]
    fn an_unattended_set_up_is_known_whatever_runs_it() {
        let line = r#""C:\x\Remoting_Start_Host.exe" --code=4 --pin=123456"#;
        let known = seen("powershell.exe", "", line, 0).unwrap();
        assert!(known.unattended && known.product == "Chrome Remote Desktop");
        let asked = seen(
            "remoting_start_host.exe",
            "",
            "remoting_start_host --code=4",
            0,
        );
        assert!(!asked.unwrap().unattended);
        assert_eq!(seen("git", "", "git log --pin=1", 0), None);
    }

    #[test]
    fn an_operators_list_is_read_in_any_writing() {
        let allowed = [
            "connectwise control".to_owned(),
            "SPLASHTOP".into(),
            "x".into(),
        ];
        for (product, is) in [
            ("ScreenConnect", true),
            ("Splashtop", true),
            ("AnyDesk", false),
        ] {
            assert_eq!(is_allowed(product, &allowed), is, "{product}");
        }
        assert_eq!(remote_product("RDP"), Some("Remote Desktop"));
        assert_eq!(remote_product("teams"), None);
        assert!(is_named_vpn("Astrill VPN") && !is_named_vpn("NordVPN"));
    }
}
