//! Every permission by name. A route names the one it needs; this table says whose it is.

use super::Role::{self, Admin, Auditor, Investigator, Recruiter};

macro_rules! permissions {
    ($($(#[doc = $about:literal])+ $name:ident $word:literal [$($role:ident)*];)+) => {
        /// What somebody may do.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Permission { $($(#[doc = $about])+ $name,)+ }

        impl Permission {
            /// Every permission.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// Its name, as in messages and the documentation.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$name => $word,)+ }
            }

            /// Who has it.
            pub const fn roles(self) -> &'static [Role] {
                match self { $(Self::$name => &[$($role),*],)+ }
            }
        }
    };
}

permissions! {
    /// Signing in, and files without which no page has a shape: nobody need be signed in.
    Open "open" [Recruiter Investigator Auditor Admin];
    /// One's own account.
    Own "own" [Recruiter Investigator Auditor Admin];
    /// One's own second factor.
    OwnFactor "own.factor" [Recruiter Investigator Auditor Admin];
    /// The queue, candidates, their résumés.
    CandidatesRead "candidates.read" [Recruiter Investigator Auditor Admin];
    /// Comments, assignment, saved views.
    CandidatesWork "candidates.work" [Recruiter Investigator Admin];
    /// Handing in résumés and files, and onboarding.
    CandidatesAdd "candidates.add" [Recruiter Investigator Admin];
    /// Clearing and explaining; who may confirm is a setting, and needs this too.
    DecisionsMake "decisions.make" [Recruiter Investigator Admin];
    /// Rings and who is in them.
    RingsRead "rings.read" [Investigator Auditor Admin];
    /// Explaining links of rings.
    RingsWork "rings.work" [Investigator Admin];
    /// Workers, devices, timings, tickets.
    WorkersRead "workers.read" [Investigator Auditor Admin];
    /// Closing tickets, moves, returns of devices.
    WorkersWork "workers.work" [Investigator Admin];
    /// Rules and how they do.
    RulesRead "rules.read" [Recruiter Investigator Auditor Admin];
    /// Proposing a change of a rule.
    RulesPropose "rules.propose" [Investigator Admin];
    /// Putting a change of a rule into force.
    RulesApprove "rules.approve" [Admin];
    /// Lists of known identifiers and of agencies'.
    ListsRead "lists.read" [Investigator Auditor Admin];
    /// Changing those lists.
    ListsWork "lists.work" [Investigator Admin];
    /// What public records are loaded.
    ReferenceRead "reference.read" [Recruiter Investigator Auditor Admin];
    /// Connections, endpoints and deliveries.
    ConnectionsRead "connections.read" [Auditor Admin];
    /// Changing connections and endpoints, sending deliveries again.
    ConnectionsWork "connections.work" [Admin];
    /// Reports on pages.
    ReportsRead "reports.read" [Auditor Admin];
    /// Reports as files.
    ReportsExport "reports.export" [Auditor Admin];
    /// The audit log.
    AuditRead "audit.read" [Auditor Admin];
    /// Handing a person everything that is kept of them.
    PrivacyExport "privacy.export" [Auditor Admin];
    /// Erasing a person.
    PrivacyErase "privacy.erase" [Admin];
    /// Legal holds and retention.
    PrivacySettings "privacy.settings" [Admin];
    /// How cases are opened and decided.
    ProcedureSettings "procedure.settings" [Admin];
    /// What there is to administer, in a list.
    AdminRead "admin.read" [Auditor Admin];
    /// People, their roles, and keys of the API.
    AccessManage "access.manage" [Admin];
}

impl Permission {
    /// Whether whoever uses it has to have proved lately who they are: what leaves the house, cannot be undone,
    /// or changes how others are decided on.
    pub const fn needs_proof(self) -> bool {
        matches!(
            self,
            Self::ReportsExport
                | Self::PrivacyExport
                | Self::PrivacyErase
                | Self::PrivacySettings
                | Self::ProcedureSettings
                | Self::ConnectionsWork
                | Self::AccessManage
                | Self::OwnFactor
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_admin_may_everything_and_an_auditor_changes_nothing() {
        for permission in Permission::ALL {
            assert!(Admin.may(*permission), "{permission:?}");
        }
        for changes in [
            Permission::CandidatesWork,
            Permission::CandidatesAdd,
            Permission::DecisionsMake,
            Permission::RingsWork,
            Permission::WorkersWork,
            Permission::RulesPropose,
            Permission::RulesApprove,
            Permission::ListsWork,
            Permission::ConnectionsWork,
            Permission::PrivacyErase,
            Permission::PrivacySettings,
            Permission::ProcedureSettings,
            Permission::AccessManage,
        ] {
            assert!(!Auditor.may(changes), "{changes:?}");
        }
        assert!(!Recruiter.may(Permission::RingsRead));
        assert!(Investigator.may(Permission::RulesPropose));
        assert!(!Investigator.may(Permission::RulesApprove));
    }
}
