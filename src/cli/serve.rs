//! `telltale serve`: pages and API, until it is told to stop.

use std::fmt::Write as _;
use std::io::Write as _;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use jiff::SignedDuration;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::{DEFAULT_DATABASE, Failure};
use crate::access::{self, link};
use crate::app::App;
use crate::audit::Actor;
use crate::config::{self, Database, Judging};
use crate::demo;
use crate::error::Error;
use crate::hits;
use crate::hooks::inbox::Inbox;
use crate::imports;
use crate::privacy::retention;
use crate::rule_changes;
use crate::screening::desk::Desk;
use crate::store::{candidates, users};
use crate::telemetry;
use crate::web;
use crate::work;

/// How long requests may take to end after a signal.
const PATIENCE: Duration = Duration::from_secs(10);

/// How often to look whether another process has imported reference data, or changed a list.
const LOOK_AGAIN: Duration = Duration::from_secs(30);

#[derive(Args, Debug)]
pub(super) struct Serve {
    /// Fill the database with invented candidates if it is empty, take 555-01XX numbers for ordinary ones, and print
    /// links to look around with; a database that holds others is served as usual
    #[arg(long)]
    demo: bool,
    /// Where to listen; other machines' browsers should come through a proxy with TLS, see --public-url
    #[arg(long, env = "TELLTALE_LISTEN", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Where this service is reached from outside, such as `https://telltale.example`: shown where
    /// vendors are told where to deliver, and linked to in notes and messages
    #[arg(long, env = "TELLTALE_PUBLIC_URL", value_parser = public_url)]
    public_url: Option<String>,
    /// Days for which raw timings and places of devices are kept; summaries stay
    #[arg(long, env = "TELLTALE_KEEP_TIMINGS_DAYS", default_value_t = 90, value_parser = clap::value_parser!(i64).range(1..=400))]
    keep_timings_days: i64,
    /// Size of a file of records that is handed in on a page, at the most, in MiB
    #[arg(long, env = "TELLTALE_IMPORT_MIB", default_value_t = imports::LIMIT >> 20, value_parser = clap::value_parser!(u64).range(1..=4096))]
    import_mib: u64,
    #[command(flatten)]
    access: access::options::Options,
    #[command(flatten)]
    database: Database,
    #[command(flatten)]
    judging: Judging,
}

impl Serve {
    pub(super) async fn run(self) -> Result<ExitCode, Failure> {
        start_logging();
        let mut app = config::open(&self.database, &self.judging, DEFAULT_DATABASE).await?;
        let access = self.access.access(self.public_url.as_deref());
        app.access = access.map_err(Failure::Environment)?.into();
        app.public_url = self.public_url;
        app.timings_kept = SignedDuration::from_hours(24 * self.keep_timings_days);
        app.import_limit = self.import_mib << 20;
        let listener = TcpListener::bind(self.listen).await.map_err(|error| {
            Failure::Environment(format!("cannot listen on {}: {error}", self.listen))
        })?;
        if (app.public_url.as_deref()).is_some_and(|url| url.starts_with("https://"))
            && app.access.trusted_proxies == 0
        {
            eprintln!(
                "telltale: --public-url says that a proxy with TLS stands before this service, and --trusted-proxies is 0: \
                 everybody seems to come from the proxy's network, so that one person's wrong passwords make all wait, and the \
                 audit log names the proxy. Say how many proxies there are with --trusted-proxies 1"
            );
        }
        let demo = self.demo && demo::is_own(&app).await?;
        app.fictional_numbers |= demo;
        if demo {
            demo::fill(&app).await?;
        }
        if !self.listen.ip().is_loopback()
            && !(app.public_url.as_deref()).is_some_and(|url| url.starts_with("https://"))
        {
            eprintln!(
                "telltale: other machines can reach {} and nothing says that they do so over TLS: passwords and cookies \
                 would go in the clear. Put a proxy with TLS before it, and name its address with --public-url https://…",
                self.listen
            );
        }
        let mut welcome = Welcome {
            links: match demo {
                true => demo::links(&app).await?,
                false => first_link(&app).await?,
            },
            note: None,
        };
        if self.demo && !demo {
            welcome.note = Some(NOT_THE_DEMO);
        }
        let lock_file = self.database.lock_file(DEFAULT_DATABASE);
        serve(app, listener, welcome, lock_file).await
    }
}

/// What is said at the start, beside where it is.
struct Welcome {
    /// What each link is for, and its path.
    links: Vec<(String, String)>,
    note: Option<&'static str>,
}

const NOT_THE_DEMO: &str = "\
The database holds candidates or people that are not the demonstration's: nobody was invented, and there are no demonstration
accounts or links. For the demonstration name an empty one, such as --database-url sqlite://demo.db; for a link to sign in with
there is `telltale user link EMAIL`.
";

pub(super) fn public_url(text: &str) -> Result<String, String> {
    let url: reqwest::Url = text.parse().map_err(|error| format!("{error}"))?;
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        return Err("an address such as https://telltale.example is wanted".into());
    }
    Ok(text.trim_end_matches('/').to_owned())
}

/// Until somebody is there, each start shows a link that makes the first administrator.
async fn first_link(app: &App) -> Result<Vec<(String, String)>, Failure> {
    if users::any(&app.db).await.map_err(Error::from)? {
        return Ok(Vec::new());
    }
    let path = link::create(app, &Actor::system("start"), None).await?;
    Ok(vec![("Make the first administrator".to_owned(), path)])
}

async fn serve(
    app: App,
    listener: TcpListener,
    welcome: Welcome,
    lock_file: Option<PathBuf>,
) -> Result<ExitCode, Failure> {
    let io = |error: std::io::Error| Failure::Environment(error.to_string());
    let address = listener.local_addr().map_err(io)?;
    let stop = CancellationToken::new();
    // What came of a reading is logged where it was read; pages show what was refused.
    let watching = app.rules.watch(|_| {});
    let _watching =
        watching.map_err(|error| Failure::Environment(format!("watching the rules: {error}")))?;
    let (desk, working) = Desk::open(app.clone(), stop.clone());
    tokio::spawn(signals(app.clone(), stop.clone()));
    tokio::spawn(taking_up(app.clone(), stop.clone()));
    tokio::spawn(forget(app.clone(), stop.clone()));
    tokio::spawn(count_hits(app.clone()));
    let base = (app.public_url.clone()).unwrap_or_else(|| format!("http://{address}"));
    let mut told = format!("telltale is at http://{address}/ (stop it with Ctrl-C)\n");
    told.push_str(welcome.note.unwrap_or_default());
    for (what, path) in welcome.links {
        let _ = writeln!(told, "{what}, once and within a day: {base}{path}");
    }
    // In one piece; whoever has read enough of it may close the pipe.
    let _ = std::io::stdout().write_all(told.as_bytes());
    let db = app.db.clone();
    let (inbox, keeping) = Inbox::open(app.clone(), stop.clone());
    let _alone = work::take_over(&app, lock_file.as_deref()).await?;
    let sending = tokio::spawn(work::run(app.clone(), inbox.bell.clone(), stop.clone()));
    let judging = tokio::spawn(telemetry::run(app.clone(), stop.clone()));
    let importing = tokio::spawn(imports::run(app.clone(), stop.clone()));
    tokio::spawn(retention::run(app.clone(), stop.clone()));
    let router = web::router(app, desk, inbox);
    let serving = axum::serve(
        listener,
        router.into_make_service_with_connect_info::<SocketAddr>(),
    )
    .with_graceful_shutdown(stop.clone().cancelled_owned());
    let patience = async {
        stop.cancelled().await;
        tokio::time::sleep(PATIENCE).await;
    };
    tokio::select! {
        served = async { serving.await } => served.map_err(io)?,
        () = patience => tracing::warn!("some requests did not end in time"),
    }
    let _ = tokio::time::timeout(PATIENCE, working).await;
    let _ = tokio::time::timeout(PATIENCE, keeping).await;
    let _ = tokio::time::timeout(PATIENCE, sending).await;
    let _ = tokio::time::timeout(PATIENCE, judging).await;
    let _ = tokio::time::timeout(PATIENCE, importing).await;
    let _ = tokio::time::timeout(PATIENCE, db.close()).await;
    Ok(ExitCode::SUCCESS)
}

fn start_logging() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("TELLTALE_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
}

/// Takes up what another process imports.
async fn taking_up(app: App, stop: CancellationToken) {
    let mut look_again = tokio::time::interval(LOOK_AGAIN);
    look_again.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = look_again.tick() => {}
        }
        // What was begun when the service was killed.
        if let Err(error) = candidates::go_on_marking(&app.db).await {
            Error::from(error).log();
        }
        match app.shelf.refresh(&app.db).await {
            Ok(true) => tracing::info!("reference data was imported and is in force"),
            Ok(false) => {}
            Err(error) => error.log(),
        }
        if let Err(error) = app.outlets.refresh(&app).await {
            error.log();
        }
        match rule_changes::take_up(&app).await {
            Ok(true) => tracing::info!("rules were switched as it was approved"),
            Ok(false) => {}
            Err(error) => error.log(),
        }
        match app.lists.take_up(&app.db).await {
            Ok(true) => tracing::info!("lists were changed and are in force"),
            Ok(false) => {}
            Err(error) => error.log(),
        }
    }
}

/// Each minute forgets who asked for pages long ago and moves SQLite's log into its file, each hour what of access has
/// ended by itself.
async fn forget(app: App, stop: CancellationToken) {
    let mut minute = tokio::time::interval(Duration::from_mins(1));
    minute.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    for n in 0_u64.. {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = minute.tick() => {}
        }
        app.access.limits.forget();
        app.db.checkpoint().await;
        if n % 60 == 0
            && let Err(error) = access::sign_in::sweep(&app).await
        {
            error.log();
        }
    }
}

/// Counts how rules do, so that whoever opens their page first need not wait for it.
async fn count_hits(app: App) {
    if let Err(error) = hits::refresh(&app).await {
        error.log();
    }
}

/// SIGTERM and Ctrl-C end it, SIGHUP reads the rules again.
async fn signals(app: App, stop: CancellationToken) {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut terminate), Ok(mut hang_up)) = (
        signal(SignalKind::terminate()),
        signal(SignalKind::hangup()),
    ) else {
        let _ = tokio::signal::ctrl_c().await;
        stop.cancel();
        return;
    };
    loop {
        tokio::select! {
            _ = tokio::signal::ctrl_c() => break,
            _ = terminate.recv() => break,
            // What came of it is logged there, and pages show what was refused.
            _ = hang_up.recv() => drop(app.rules.reload()),
        }
    }
    stop.cancel();
}
