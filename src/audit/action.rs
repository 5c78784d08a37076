//! What can stand in the audit log.

macro_rules! actions {
    ($($(#[doc = $about:literal])+ $name:ident $word:literal;)+) => {
        /// What somebody did.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Action { $($(#[doc = $about])+ $name,)+ }

        impl Action {
            /// Every action.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// Its word in the log.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$name => $word,)+ }
            }
        }
    };
}

actions! {
    /// Somebody signed in.
    SignedIn "access.signed_in";
    /// Somebody signed out.
    SignedOut "access.signed_out";
    /// A sign-in was refused.
    SignInRefused "access.refused";
    /// Somebody proved again who they are.
    Proved "access.proved";
    /// A user was added.
    UserAdded "user.added";
    /// A user was changed: role, name, password, second factor.
    UserChanged "user.changed";
    /// A one-time link was made.
    LinkMade "user.link_made";
    /// A key of the API was made.
    KeyMade "key.made";
    /// A key of the API was revoked.
    KeyRevoked "key.revoked";
    /// A candidate's page was opened.
    CandidateRead "candidate.read";
    /// A ring's page was opened.
    RingRead "ring.read";
    /// A candidate was assigned to somebody, or to nobody.
    Assigned "candidate.assigned";
    /// A comment was written.
    Commented "candidate.commented";
    /// A screening or a finding was decided on.
    Decided "candidate.decided";
    /// A second person signed a decision, or did not.
    Signed "candidate.signed";
    /// A candidate contested a decision.
    Contested "candidate.contested";
    /// A person was erased.
    Erased "candidate.erased";
    /// Everything of a person was handed out.
    PersonExported "candidate.exported";
    /// A legal hold was set or lifted.
    Held "candidate.held";
    /// Records were said not to be of one person.
    NotSame "candidate.not_same";
    /// A check of a candidate was recorded.
    Checked "candidate.checked";
    /// Candidates, files or résumés were handed in.
    HandedIn "intake.handed_in";
    /// The import of a file was mapped, started or stopped.
    ImportChanged "intake.changed";
    /// A report was taken as a file.
    Exported "report.exported";
    /// A report that was taken as a file is through, or broke off.
    ExportEnded "report.export_ended";
    /// Selection rates were computed with groups that were handed in, and forgotten.
    RatesMade "report.selection_rates";
    /// A rule's change was proposed.
    RuleProposed "rule.proposed";
    /// A rule's change was put into force or turned down.
    RuleAnswered "rule.answered";
    /// A setting was changed.
    SettingChanged "setting.changed";
    /// A link in a ring was explained or restored.
    RingExplained "ring.explained";
    /// A ticket was closed.
    TicketClosed "ticket.closed";
    /// A worker was bound, moved, or returned a device.
    WorkerChanged "worker.changed";
    /// A list was changed.
    ListChanged "list.changed";
    /// Public records were imported or taken away.
    ReferenceChanged "reference.changed";
    /// A connection or an endpoint was changed or tried.
    ConnectionChanged "connection.changed";
    /// A delivery was made due again.
    DeliveredAgain "delivery.again";
    /// What was too old was erased.
    Retained "retention.erased";
}
