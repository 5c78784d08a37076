//! Trades, employers and their managers, schooling: what a life on paper is made of.

use super::contacts::{Home, Issued};
use super::dice::Dice;
use super::names::{self, Name};
use super::places::{ABROAD, SCHOOLS};
use super::record::{Job, Referee, Study};

/// A line of work.
#[derive(Debug)]
pub struct Trade {
    /// Titles, junior first.
    pub titles: [&'static str; 4],
    /// Fields of study that lead here.
    pub areas: [&'static str; 3],
    /// What is worked on: what it is like, and what it is.
    pub likes: [&'static str; 12],
    /// See [`Trade::likes`].
    pub things: [&'static str; 24],
    /// What with.
    pub tools: [&'static str; 16],
}

/// Lines of work, the commonest first.
pub const TRADES: [Trade; 6] = [
    Trade {
        titles: [
            "Software Engineer",
            "Backend Developer",
            "Senior Software Engineer",
            "Staff Engineer",
        ],
        areas: ["Computer Science", "Computer Engineering", "Mathematics"],
        likes: [
            "multi-tenant",
            "customer-facing",
            "event-driven",
            "internal",
            "legacy",
            "high-volume",
            "regional",
            "real-time",
            "partner",
            "nightly",
            "mobile",
            "regulated",
        ],
        things: [
            "billing service",
            "order pipeline",
            "search indexer",
            "pricing engine",
            "identity provider",
            "notification gateway",
            "booking API",
            "settlement jobs",
            "inventory ledger",
            "message broker",
            "claims portal",
            "document store",
            "loyalty platform",
            "routing engine",
            "session cache",
            "audit trail",
            "webhook relay",
            "tax calculator",
            "feature flags",
            "data importer",
            "payment adapter",
            "tenant admin",
            "job scheduler",
            "rate limiter",
        ],
        tools: [
            "Java",
            "Go",
            "PostgreSQL",
            "Python",
            "Kafka",
            "Redis",
            "Spring Boot",
            "gRPC",
            "C#",
            "RabbitMQ",
            "Elasticsearch",
            "Ruby on Rails",
            "Kubernetes",
            "AWS Lambda",
            "Node.js",
            "MySQL",
        ],
    },
    Trade {
        titles: [
            "Web Developer",
            "Frontend Developer",
            "Senior Frontend Engineer",
            "UI Engineering Lead",
        ],
        areas: [
            "Computer Science",
            "Information Technology",
            "Graphic Design",
        ],
        likes: [
            "public",
            "responsive",
            "white-label",
            "accessible",
            "multilingual",
            "offline",
            "shared",
            "patient",
            "seasonal",
            "editorial",
            "self-service",
            "mobile",
        ],
        things: [
            "checkout flow",
            "component library",
            "patient portal",
            "seat map",
            "onboarding wizard",
            "reporting dashboard",
            "store locator",
            "booking calendar",
            "image pipeline",
            "help centre",
            "translation workflow",
            "roster board",
            "timesheet app",
            "product configurator",
            "design tokens",
            "campaign pages",
            "form builder",
            "map view",
            "chart toolkit",
            "content editor",
            "login screens",
            "test harness",
            "cart widget",
            "feedback panel",
        ],
        tools: [
            "TypeScript",
            "React",
            "CSS",
            "Sass",
            "Jest",
            "webpack",
            "D3",
            "Angular",
            "Node.js",
            "GraphQL",
            "Vue",
            "Cypress",
            "Next.js",
            "Storybook",
            "Tailwind",
            "Redux",
        ],
    },
    Trade {
        titles: [
            "Data Analyst",
            "Data Engineer",
            "Senior Data Engineer",
            "Analytics Lead",
        ],
        areas: ["Statistics", "Mathematics", "Economics"],
        likes: [
            "daily",
            "clinical",
            "cross-border",
            "store-level",
            "streaming",
            "historical",
            "executive",
            "supplier",
            "experimental",
            "late-arriving",
            "geographic",
            "customer",
        ],
        things: [
            "claims warehouse",
            "churn model",
            "meter readings",
            "delivery forecast",
            "segment catalogue",
            "margin reports",
            "sensor feeds",
            "survey pipeline",
            "invoice matching",
            "data dictionary",
            "pricing experiment",
            "footfall counts",
            "warranty returns",
            "fraud queue",
            "attribution model",
            "quality checks",
            "lineage map",
            "demand plan",
            "cohort tables",
            "ledger extracts",
            "reporting layer",
            "lake migration",
            "metric store",
            "feature tables",
        ],
        tools: [
            "SQL",
            "Python",
            "Spark",
            "Airflow",
            "R",
            "Tableau",
            "pandas",
            "dbt",
            "scikit-learn",
            "Redshift",
            "Excel",
            "Looker",
            "Snowflake",
            "BigQuery",
            "Power BI",
            "Databricks",
        ],
    },
    Trade {
        titles: [
            "Systems Administrator",
            "DevOps Engineer",
            "Site Reliability Engineer",
            "Infrastructure Lead",
        ],
        areas: [
            "Computer Science",
            "Information Technology",
            "Electrical Engineering",
        ],
        likes: [
            "hybrid",
            "air-gapped",
            "multi-region",
            "on-premises",
            "ephemeral",
            "shared",
            "isolated",
            "ageing",
            "quarterly",
            "zero-downtime",
            "central",
            "regional",
        ],
        things: [
            "build farm",
            "data halls",
            "certificate renewal",
            "on-call rotation",
            "backup estate",
            "log shipping",
            "staging cluster",
            "capacity plan",
            "DNS zones",
            "patch windows",
            "secrets store",
            "network segments",
            "restore drills",
            "alert routing",
            "golden images",
            "access reviews",
            "service mesh",
            "storage tiers",
            "release train",
            "incident process",
            "cost reports",
            "runner fleet",
            "monitoring stack",
            "bastion hosts",
        ],
        tools: [
            "Linux",
            "Ansible",
            "Terraform",
            "Docker",
            "Jenkins",
            "Prometheus",
            "Bash",
            "AWS",
            "VMware",
            "nginx",
            "Puppet",
            "Grafana",
            "Kubernetes",
            "Azure",
            "GitLab CI",
            "Datadog",
        ],
    },
    Trade {
        titles: [
            "Support Specialist",
            "Customer Success Associate",
            "Technical Account Manager",
            "Support Team Lead",
        ],
        areas: ["English", "Communication", "Psychology"],
        likes: [
            "second-line",
            "weekend",
            "enterprise",
            "bilingual",
            "billing",
            "hardware",
            "escalated",
            "seasonal",
            "onboarding",
            "partner",
            "overnight",
            "self-service",
        ],
        things: [
            "queue",
            "renewal calls",
            "knowledge base",
            "training sessions",
            "refund desk",
            "outage notices",
            "satisfaction survey",
            "tagging scheme",
            "licence disputes",
            "chat channel",
            "account reviews",
            "returns process",
            "call scripts",
            "macro library",
            "health scores",
            "ticket routing",
            "feedback loop",
            "launch readiness",
            "usage reports",
            "community forum",
            "quality reviews",
            "shift planning",
            "demo environment",
            "handover notes",
        ],
        tools: [
            "Zendesk",
            "Salesforce",
            "Jira",
            "Excel",
            "HubSpot",
            "SQL",
            "Intercom",
            "Confluence",
            "PowerPoint",
            "Freshdesk",
            "Slack",
            "Trello",
            "Gainsight",
            "ServiceNow",
            "Looker",
            "Zoom",
        ],
    },
    Trade {
        titles: [
            "Staff Accountant",
            "Financial Analyst",
            "Senior Accountant",
            "Controller",
        ],
        areas: ["Accounting", "Finance", "Business Administration"],
        likes: [
            "monthly",
            "intercompany",
            "capital",
            "multi-currency",
            "statutory",
            "vendor",
            "departmental",
            "grant-funded",
            "payroll",
            "quarterly",
            "branch",
            "consolidated",
        ],
        things: [
            "close",
            "lease schedules",
            "cost model",
            "statements",
            "balances",
            "travel budget",
            "stock counts",
            "grant reports",
            "sales tax filings",
            "treasury ledger",
            "asset register",
            "accrual reviews",
            "audit binder",
            "credit limits",
            "forecast",
            "expense policy",
            "chart of accounts",
            "cash plan",
            "variance reports",
            "billing runs",
            "reconciliations",
            "control tests",
            "board pack",
            "journal entries",
        ],
        tools: [
            "Excel",
            "SAP",
            "QuickBooks",
            "NetSuite",
            "Power BI",
            "SQL",
            "Oracle Financials",
            "Tableau",
            "VBA",
            "Concur",
            "Hyperion",
            "Xero",
            "Workday",
            "BlackLine",
            "Coupa",
            "Anaplan",
        ],
    },
];

const FIRST: [&str; 40] = [
    "Northgate",
    "Bluefinch",
    "Harrow",
    "Silverloom",
    "Cobalt",
    "Maplebend",
    "Tidewell",
    "Orrery",
    "Larkstone",
    "Fernhollow",
    "Brightquay",
    "Copperline",
    "Windrush",
    "Palisade",
    "Meadowlark",
    "Ashgrove",
    "Kestrel",
    "Lumen",
    "Ravenscroft",
    "Saltbridge",
    "Summit",
    "Pioneer",
    "Evergreen",
    "Beacon",
    "Cascade",
    "Granite",
    "Horizon",
    "Keystone",
    "Liberty",
    "Monarch",
    "Nimbus",
    "Oakline",
    "Pinnacle",
    "Quarry",
    "Redwood",
    "Sterling",
    "Trident",
    "Vanguard",
    "Westfield",
    "Zenith",
];

const SECOND: [&str; 30] = [
    "Freight",
    "Health",
    "Insurance",
    "Software",
    "Foods",
    "Energy",
    "Retail",
    "Analytics",
    "Travel",
    "Robotics",
    "Credit Union",
    "Publishing",
    "Textiles",
    "Labs",
    "Logistics",
    "Learning",
    "Media",
    "Systems",
    "Financial",
    "Motors",
    "Biotech",
    "Networks",
    "Consulting",
    "Partners",
    "Pharma",
    "Telecom",
    "Airlines",
    "Hospitality",
    "Security",
    "Solutions",
];

/// Employers there are; the first are the largest.
pub const EMPLOYERS: usize = FIRST.len() * SECOND.len();

/// An employer's name.
pub fn employer(number: usize) -> String {
    // Spread, so that neighbours in size have different names.
    let number = number * 7 % EMPLOYERS;
    format!(
        "{} {}",
        FIRST[number % FIRST.len()],
        SECOND[number / FIRST.len()]
    )
}

/// One of an employer's people who speak for others: always the same for a number.
pub fn manager(of: usize, which: usize, seed: u64) -> Referee {
    let mut dice =
        Dice::new(seed ^ 0x6d61_6e61 ^ u64::try_from(of * 64 + which).unwrap_or(0) << 20);
    let name = names::name(&mut dice);
    let company = employer(of);
    let domain = names::plain(&company);
    let area = [212_u64, 312, 415, 617, 206, 404, 512, 303][dice.below(8)];
    let exchange = 220 + dice.throw() % 280;
    let line = dice.throw() % 10_000;
    // Exchanges up to 499 hold neither 555 nor, apart from x11, a service code.
    let exchange = if exchange % 100 == 11 {
        exchange + 1
    } else {
        exchange
    };
    Referee {
        phone: format!("({area}) {exchange}-{line:04}"),
        email: format!(
            "{}.{}@{domain}.com",
            names::plain(&name.given),
            names::plain(&name.family)
        ),
        name: name.full(),
        company,
    }
}

/// Studies of somebody born in a year: one school at home or abroad.
pub fn studies(trade: &Trade, born: i64, abroad: bool, dice: &mut Dice) -> Vec<Study> {
    let mut studies = Vec::new();
    let begin = born + dice.between(18, 20);
    let area = trade.areas[dice.below(3)];
    let home = |dice: &mut Dice| SCHOOLS[dice.skewed(SCHOOLS.len())].to_owned();
    let begins = if abroad {
        [8, 9, 7][dice.below(3)]
    } else {
        [8, 8, 9, 1][dice.below(4)]
    };
    let ends = if abroad {
        [5, 6, 7][dice.below(3)]
    } else {
        [5, 5, 5, 12][dice.below(4)]
    };
    studies.push(Study {
        school: if abroad {
            ABROAD[dice.skewed(ABROAD.len())].to_owned()
        } else {
            home(dice)
        },
        area,
        level: "Bachelor",
        start: (begin, begins),
        end: (
            begin + [4, 4, 4, 5, 3][dice.below(if begins == 1 { 4 } else { 5 })],
            ends,
        ),
    });
    if dice.chance(22) {
        let begin = studies[0].end.0 + dice.between(0, 4);
        let begin = if studies[0].end == (begin, 12) {
            begin + 1
        } else {
            begin
        };
        studies.insert(
            0,
            Study {
                school: home(dice),
                area,
                level: "Master",
                start: (begin, 8),
                end: (begin + 2, 5),
            },
        );
    }
    studies
}

/// Jobs since the end of the studies, the latest first.
pub fn jobs(trade: &Trade, studies: &[Study], home: &Home, dice: &mut Dice) -> Vec<Job> {
    let town = home.town();
    let ends = studies.iter().map(|study| study.end.0);
    let begin = ends.max().unwrap_or(2015) + 1;
    let count = usize::try_from(((2025 - begin) / 3).clamp(1, 5)).unwrap_or(1);
    let mut jobs: Vec<Job> = Vec::new();
    let mut from = (begin.min(2024), dice.between(1, 12));
    for at in 0..count {
        let last = at + 1 == count;
        let number = dice.skewed(EMPLOYERS);
        let left = i64::try_from(count - at).unwrap_or(1);
        let about = ((2025 - from.0) / left).max(1);
        let until = (
            from.0 + dice.between((about - 1).max(1), about + 1),
            dice.between(1, 12),
        );
        let until = if until.0 >= 2025 {
            (2025, dice.between(1, 5))
        } else {
            until
        };
        let place = if dice.chance(30) {
            "Remote".to_owned()
        } else {
            format!("{}, {}", town.name, town.region)
        };
        jobs.insert(
            0,
            Job {
                employer: number,
                name: employer(number),
                title: trade.titles[(at * 4 / count).min(3)],
                start: from,
                end: if last && dice.chance(55) {
                    None
                } else {
                    Some(until)
                },
                place,
            },
        );
        from = (until.0, (until.1 + 1).min(12));
        if until.0 >= 2025 {
            break;
        }
    }
    jobs
}

/// A profile that is this person's alone.
pub fn profile(name: &Name, dice: &mut Dice) -> String {
    format!(
        "https://www.linkedin.com/in/{}-{}-{:08x}",
        names::plain(&name.given),
        names::plain(&name.family),
        dice.throw() & 0xffff_ffff
    )
}

/// A page of code that is this person's alone.
pub fn code(name: &Name, dice: &mut Dice) -> String {
    let given: String = names::plain(&name.given);
    let family = names::plain(&name.family);
    format!(
        "https://github.com/{given}{}{}",
        family.chars().take(4).collect::<String>(),
        dice.below(1_000_000)
    )
}

/// Numbers that an agency keeps for its desk.
pub fn desk(issued: &mut Issued, dice: &mut Dice) -> Vec<u64> {
    let area = [212_u16, 312, 214, 404, 713, 602][dice.below(6)];
    let first = issued.phone_in(area, dice);
    let mut all = vec![first];
    for _ in 0..dice.below(3) {
        all.push(issued.phone_near(first, 8, dice));
    }
    all
}
