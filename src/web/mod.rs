//! HTTP: every route on one page; then one file to a resource.

mod account;
pub mod api;
mod api_keys;
mod assets;
mod audit_log;
pub mod auth;
mod body;
mod candidates;
mod client;
mod connections;
mod cookies;
mod decide;
mod deliveries;
mod endpoints;
mod frame;
mod guard;
mod hooks;
mod idempotency;
mod intake;
mod lists;
mod onboardings;
mod osquery;
pub mod pages;
mod parts;
mod people;
mod privacy;
mod procedure;
mod prove;
mod queue;
mod reference;
mod reports;
mod rings;
pub mod routes;
mod rule_changes;
mod rule_history;
mod rule_trials;
mod rules;
mod sign_in;
mod ssf;
mod sso;
mod team;
mod versions;
mod visitor;
mod worker;
mod workers;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::handler::Handler as _;
use axum::http::{HeaderName, HeaderValue, header};
use axum::routing::{any, get, post};
pub use idempotency::KEPT_FOR;
use routes::Routes;
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::trace::TraceLayer;
use utoipa::OpenApi;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use utoipa_swagger_ui::{Config, SwaggerUi};

use crate::app::App;
use crate::application::Stage;
use crate::hooks::inbox::Inbox;
use crate::screening::desk::Desk;

/// What a handler can reach.
#[derive(Clone, Debug)]
pub struct Web {
    /// The application.
    pub app: App,
    /// Where applications are handed in.
    pub desk: Desk,
    /// Where deliveries are put in.
    pub inbox: Inbox,
}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "telltale",
        description = "Screens candidates' claims about who and where they are. A finding is a reason to look, never a verdict."
    ),
    modifiers(&Bearer),
    security(("key" = []))
)]
struct Description;

struct Bearer;

impl utoipa::Modify for Bearer {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let scheme = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some("A key made by `telltale key create`"))
            .build();
        openapi
            .components
            .get_or_insert_default()
            .add_security_scheme("key", SecurityScheme::Http(scheme));
    }
}

fn api() -> OpenApiRouter<Web> {
    OpenApiRouter::with_openapi(Description::openapi()).nest(
        "/api/v1",
        OpenApiRouter::new()
            .routes(routes!(api::candidates::create, api::candidates::list))
            .routes(routes!(api::batch::screen))
            .routes(routes!(api::candidates::show, api::candidates::erase))
            .routes(routes!(api::decisions::create))
            .routes(routes!(api::checks::create))
            .routes(routes!(api::people::list))
            .routes(routes!(api::people::not_same))
            .routes(routes!(api::screenings::show))
            .routes(routes!(api::rings::list))
            .routes(routes!(api::rings::show))
            .routes(routes!(api::rings::path))
            .routes(routes!(api::rings::csv))
            .routes(routes!(api::ring_links::explain))
            .routes(routes!(api::ring_links::restore))
            .routes(routes!(api::rules::list))
            .routes(routes!(api::onboardings::create))
            .routes(routes!(api::telemetry::sessions))
            .routes(routes!(api::telemetry::samples))
            .routes(routes!(api::telemetry::observations))
            .routes(routes!(api::telemetry::log))
            .routes(routes!(api::workers::show))
            .routes(routes!(api::exports::findings))
            .routes(routes!(api::exports::decisions))
            .routes(routes!(api::exports::latency))
            .routes(routes!(api::exports::audit)),
    )
}

/// The description of the API, OpenAPI 3.1.
pub fn openapi() -> utoipa::openapi::OpenApi {
    api().into_openapi()
}

/// Every page and form, with the permission it needs.
#[expect(clippy::too_many_lines, reason = "every route on one page")]
pub fn pages_and_forms() -> Routes {
    use crate::access::Permission as P;
    Routes::default()
        .get("/sign-in", P::Open, sign_in::index)
        .post("/sign-in", P::Open, sign_in::enter)
        .post("/sign-in/code", P::Open, sign_in::code)
        .get("/sign-in/sso", P::Open, sso::go)
        .get(crate::access::sso::BACK, P::Open, sso::back)
        .get("/sign-in/link/{token}", P::Open, sign_in::link)
        .post("/sign-in/link/{token}", P::Open, sign_in::take)
        .post("/sign-out", P::Own, sign_in::leave)
        .get("/prove", P::Own, prove::form)
        .post("/prove", P::Own, prove::prove)
        .get("/prove/sso", P::Own, sso::prove)
        .get("/account", P::Own, account::index)
        .post("/account/name", P::Own, account::name)
        .post("/account/password", P::Own, account::password)
        .post("/account/sign-ins/others", P::Own, account::end_others)
        .post("/account/sign-ins/{id}/end", P::Own, account::end)
        .get("/account/factor", P::OwnFactor, account::offer)
        .post("/account/factor", P::OwnFactor, account::confirm)
        .post("/account/factor/codes", P::OwnFactor, account::codes)
        .post("/account/factor/remove", P::OwnFactor, account::remove)
        .get("/admin", P::AdminRead, team::admin)
        .get("/people", P::AccessManage, team::index)
        .post("/people", P::AccessManage, team::invite)
        .post("/people/factor", P::AccessManage, team::require)
        .get("/people/{id}", P::AccessManage, team::show)
        .post("/people/{id}/role", P::AccessManage, team::role)
        .post("/people/{id}/link", P::AccessManage, team::link)
        .post("/people/{id}/disable", P::AccessManage, team::disable)
        .post("/people/{id}/enable", P::AccessManage, team::enable)
        .post(
            "/people/{id}/factor/remove",
            P::AccessManage,
            team::remove_factor,
        )
        .get("/keys", P::AccessManage, api_keys::index)
        .post("/keys", P::AccessManage, api_keys::create)
        .post("/keys/{id}/revoke", P::AccessManage, api_keys::revoke)
        .get("/", P::CandidatesRead, queue::index)
        .get("/queue/events", P::CandidatesRead, queue::events)
        .post("/queue/assign", P::CandidatesWork, queue::assign)
        .post("/views", P::CandidatesWork, queue::save_view)
        .post("/views/{id}/remove", P::CandidatesWork, queue::remove_view)
        .post(
            "/candidates/{id}/assign",
            P::CandidatesWork,
            queue::assign_one,
        )
        .get("/candidates/{id}", P::CandidatesRead, candidates::show)
        .get(
            "/candidates/{id}/erase",
            P::PrivacyErase,
            privacy::erase_form,
        )
        .post("/candidates/{id}/erase", P::PrivacyErase, privacy::erase)
        .get(
            "/candidates/{id}/person.json",
            P::PrivacyExport,
            privacy::person,
        )
        .post("/candidates/{id}/hold", P::PrivacySettings, privacy::hold)
        .post(
            "/candidates/{id}/hold/lift",
            P::PrivacySettings,
            privacy::lift,
        )
        .get("/privacy", P::AuditRead, privacy::index)
        .post("/privacy/retention", P::PrivacySettings, privacy::retain)
        .get(
            "/candidates/{id}/versions",
            P::CandidatesRead,
            versions::show,
        )
        .post(
            "/candidates/{id}/comments",
            P::CandidatesWork,
            candidates::comment,
        )
        .post(
            "/candidates/{id}/comments/{comment}/strike",
            P::CandidatesWork,
            candidates::strike,
        )
        .get("/connections", P::ConnectionsRead, connections::index)
        .get("/connections/new", P::ConnectionsWork, connections::choose)
        .get(
            "/connections/new/{vendor}",
            P::ConnectionsWork,
            connections::new,
        )
        .post(
            "/connections/new/{vendor}",
            P::ConnectionsWork,
            connections::create,
        )
        .get("/connections/{id}", P::ConnectionsRead, connections::show)
        .post(
            "/connections/{id}/change",
            P::ConnectionsWork,
            connections::change,
        )
        .post(
            "/connections/{id}/rotate",
            P::ConnectionsWork,
            connections::rotate,
        )
        .post(
            "/connections/{id}/check",
            P::ConnectionsWork,
            connections::check,
        )
        .post(
            "/connections/{id}/remove",
            P::ConnectionsWork,
            connections::remove,
        )
        .get("/deliveries", P::ConnectionsRead, deliveries::index)
        .get("/deliveries/{id}", P::ConnectionsRead, deliveries::show)
        .post(
            "/deliveries/{id}/again",
            P::ConnectionsWork,
            deliveries::again,
        )
        .get("/endpoints/new", P::ConnectionsWork, endpoints::new)
        .post("/endpoints/new", P::ConnectionsWork, endpoints::create)
        .get("/endpoints/{id}", P::ConnectionsRead, endpoints::show)
        .post("/endpoints/{id}/test", P::ConnectionsWork, endpoints::test)
        .post(
            "/endpoints/{id}/rotate",
            P::ConnectionsWork,
            endpoints::rotate,
        )
        .post(
            "/endpoints/{id}/enable",
            P::ConnectionsWork,
            endpoints::enable,
        )
        .post(
            "/endpoints/{id}/remove",
            P::ConnectionsWork,
            endpoints::remove,
        )
        .get("/lists", P::ListsRead, lists::index)
        .post("/lists/agency", P::ListsWork, lists::agency)
        .post("/lists/remove", P::ListsWork, lists::remove)
        .post(
            "/candidates/{id}/not-same",
            P::CandidatesWork,
            people::not_same,
        )
        .post("/candidates/{id}/decide", P::DecisionsMake, decide::whole)
        .post(
            "/candidates/{id}/explain",
            P::DecisionsMake,
            decide::explain,
        )
        .post(
            "/candidates/{id}/take-back",
            P::DecisionsMake,
            decide::take_back,
        )
        .post("/candidates/{id}/sign", P::DecisionsMake, decide::sign)
        .post(
            "/candidates/{id}/contest",
            P::CandidatesWork,
            decide::contest,
        )
        .get("/onboardings/new", P::CandidatesAdd, onboardings::new)
        .post("/onboardings/new", P::CandidatesAdd, onboardings::create)
        .get("/procedure", P::AuditRead, procedure::show)
        .post("/procedure", P::ProcedureSettings, procedure::change)
        .get("/procedure/agreement", P::AuditRead, procedure::agree)
        .get("/intake", P::CandidatesAdd, intake::index)
        .get("/intake/new", P::CandidatesAdd, intake::new)
        // These bound what they read themselves: in size, in time, and in what they hold of it.
        .post(
            "/intake/resume",
            P::CandidatesAdd,
            intake::resume.layer(DefaultBodyLimit::disable()),
        )
        .post(
            "/intake/files",
            P::CandidatesAdd,
            intake::upload.layer(DefaultBodyLimit::disable()),
        )
        .get("/intake/files/{id}", P::CandidatesAdd, intake::show)
        .get(
            "/intake/files/{id}/progress",
            P::CandidatesAdd,
            intake::progress,
        )
        .post("/intake/files/{id}/mapping", P::CandidatesAdd, intake::map)
        .post("/intake/files/{id}/start", P::CandidatesAdd, intake::start)
        .post(
            "/intake/files/{id}/cancel",
            P::CandidatesAdd,
            intake::cancel,
        )
        .get(
            "/intake/files/{id}/refused.csv",
            P::CandidatesAdd,
            intake::refused_csv,
        )
        .get(
            "/intake/files/{id}/refused.ndjson",
            P::CandidatesAdd,
            intake::refused_ndjson,
        )
        .get("/reference", P::ReferenceRead, reference::index)
        .get("/reports", P::ReportsRead, reports::index)
        .get("/reports/findings.csv", P::ReportsExport, reports::findings)
        .get(
            "/reports/decisions.csv",
            P::ReportsExport,
            reports::decisions,
        )
        .get("/reports/latency.csv", P::ReportsExport, reports::latency)
        .get("/reports/access.csv", P::ReportsExport, reports::access)
        .get("/reports/audit.csv", P::ReportsExport, reports::audit)
        .get(
            "/reports/selection",
            P::ReportsExport,
            reports::selection_form,
        )
        .post("/reports/selection", P::ReportsExport, reports::selection)
        .get("/audit", P::AuditRead, audit_log::index)
        .get("/audit/check", P::AuditRead, audit_log::check)
        .get("/rings", P::RingsRead, rings::index)
        .get("/rings/{id}", P::RingsRead, rings::show)
        .get("/rings/{id}/links.csv", P::ReportsExport, rings::csv)
        .post("/rings/{id}/explain", P::RingsWork, rings::explain)
        .post("/rings/{id}/restore", P::RingsWork, rings::restore)
        .get("/rules", P::RulesRead, rules::index)
        .get("/rules/{id}", P::RulesRead, rules::show)
        .post(
            "/rules/{id}/propose",
            P::RulesPropose,
            rule_changes::propose,
        )
        .post(
            "/rules/{id}/withdraw",
            P::RulesPropose,
            rule_changes::withdraw,
        )
        .post("/rules/{id}/answer", P::RulesApprove, rule_changes::answer)
        .get("/rules/{id}/history", P::RulesRead, rule_history::show)
        .get("/rules/{id}/backtest", P::RulesRead, rule_trials::backtest)
        .get("/rules/{id}/try", P::RulesPropose, rule_trials::form)
        .post(
            "/rules/{id}/try",
            P::RulesPropose,
            rule_trials::try_it.layer(DefaultBodyLimit::max(rule_trials::FORM)),
        )
        .post("/tickets/{id}/close", P::WorkersWork, workers::close)
        .get("/workers", P::WorkersRead, workers::index)
        .get("/workers/unbound", P::WorkersRead, workers::unbound)
        .get("/workers/{id}", P::WorkersRead, worker::show)
        .post("/workers/{id}/moved", P::WorkersWork, worker::moved)
        .post("/workers/{id}/return", P::WorkersWork, worker::give_back)
        .get("/assets/{*file}", P::Open, assets::show)
}

/// The service.
pub fn router(app: App, desk: Desk, inbox: Inbox) -> Router {
    let (api, description) = api().split_for_parts();
    let description = serde_json::to_string(&description).expect("the description serializes");
    let web = Web { app, desk, inbox };
    let pages = pages_and_forms()
        .router
        .fallback(guard::nothing_here)
        .method_not_allowed_fallback(guard::wrong_method)
        .layer(axum::middleware::from_fn(guard::own_forms))
        .layer(axum::middleware::from_fn(guard::error_page))
        .layer(axum::middleware::from_fn_with_state(
            web.clone(),
            frame::around,
        ))
        .layer(axum::middleware::from_fn_with_state(
            web.clone(),
            client::limit,
        ))
        .layer(axum::middleware::from_fn_with_state(
            web.clone(),
            visitor::look_up,
        ));
    // Over plain HTTP nobody is to be told that there is TLS.
    let only_tls = cookies::is_secure(&web.app)
        .then(|| header_set(&header::STRICT_TRANSPORT_SECURITY, TLS_ONLY));
    api.route("/api", any(api::unknown))
        .route("/api/{*rest}", any(api::unknown))
        .route("/healthz", get(api::health::alive))
        .route("/readyz", get(api::health::ready))
        .route(
            "/api/openapi.json",
            get(move || async move { ([(header::CONTENT_TYPE, "application/json")], description) }),
        )
        .merge(docs())
        .method_not_allowed_fallback(guard::wrong_method)
        .merge(pages)
        .layer(axum::middleware::from_fn(guard::no_nul))
        // Vendors' systems and machines come from outside, under whatever name they were given; they sign, or
        // have a key.
        .merge(hooks())
        .merge(signals())
        .layer(
            ServiceBuilder::new()
                .layer(TraceLayer::new_for_http().make_span_with(guard::span))
                .layer(CatchPanicLayer::custom(guard::panicked))
                .layer(header_set(&header::CONTENT_SECURITY_POLICY, CONTENT_POLICY))
                .layer(header_set(&header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
                .layer(header_set(&header::X_FRAME_OPTIONS, "DENY"))
                // Without a referrer a browser says of its own forms that they come from `null`, and the way back after
                // proving who one is would be lost.
                .layer(header_set(&header::REFERRER_POLICY, "same-origin"))
                .layer(header_set(&header::CACHE_CONTROL, "no-store"))
                .layer(header_set(&OPENER_POLICY, "same-origin"))
                .layer(header_set(&PERMISSIONS_POLICY, NO_SENSORS))
                .layer(tower::util::option_layer(only_tls))
                .layer(CompressionLayer::new()),
        )
        .with_state(web)
}

/// Where vendors' systems deliver, and machines report.
fn hooks() -> Router<Web> {
    Router::new()
        .route(
            "/hooks/{vendor}/{connection}",
            get(hooks::receive).post(hooks::receive),
        )
        .route("/osquery/enroll", post(osquery::enroll))
        .route("/osquery/config", post(osquery::config))
        .route("/osquery/log", post(osquery::log))
        .method_not_allowed_fallback(guard::wrong_method)
        .layer(axum::extract::DefaultBodyLimit::disable())
        .layer(axum::middleware::from_fn(guard::no_nul))
}

/// What identity providers fetch before they believe what is sent to them: it is public by nature.
fn signals() -> Router<Web> {
    Router::new()
        .route(crate::outlets::ssf::KEYS, get(ssf::keys))
        .route("/.well-known/ssf-configuration", get(ssf::configuration))
        .method_not_allowed_fallback(guard::wrong_method)
        .layer(axum::middleware::from_fn(guard::no_nul))
}

/// The API's description to read and try out, part of the program like everything else.
fn docs() -> Router<Web> {
    let page = SwaggerUi::new("/api/docs").config(Config::from("/api/openapi.json"));
    Router::from(page).layer(header_set(&header::CONTENT_SECURITY_POLICY, DOCS_POLICY))
}

/// The one page with a script that is not ours; it shows nothing of candidates.
const DOCS_POLICY: &str = "default-src 'self'; img-src 'self' data:; base-uri 'none'; \
    frame-ancestors 'none'";

/// Nothing from elsewhere, no script but our own files, no frame: what a candidate wrote can do nothing.
const CONTENT_POLICY: &str = "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; \
    img-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
const PERMISSIONS_POLICY: HeaderName = HeaderName::from_static("permissions-policy");

/// Pages need nothing of a machine but its clipboard, to copy a question to.
const NO_SENSORS: &str = "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), \
    hid=(), magnetometer=(), microphone=(), midi=(), payment=(), serial=(), usb=()";

/// Two years, as lists of such hosts ask for.
const TLS_ONLY: &str = "max-age=63072000";

fn header_set(
    name: &axum::http::HeaderName,
    value: &'static str,
) -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::if_not_present(name.clone(), HeaderValue::from_static(value))
}

/// A stage by its word in a table.
fn stage(word: &str) -> Stage {
    Stage::ALL
        .into_iter()
        .find(|stage| stage.word() == word)
        .unwrap_or_default()
}
