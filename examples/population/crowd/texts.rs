//! Résumés: bullets put together from the phrases of a trade, set in one of several layouts.

use std::fmt::Write as _;

use super::careers::Trade;
use super::dice::Dice;
use super::record::Record;

/// What a résumé says besides the facts of the record.
#[derive(Clone, Debug, Default)]
pub struct Resume {
    /// How it is set.
    pub layout: usize,
    /// The paragraph at the top.
    pub summary: String,
    /// What was done, to be spread over the jobs.
    pub bullets: Vec<String>,
    /// The last section.
    pub skills: String,
    /// Sentences that came with a template or an agency.
    pub boilerplate: Vec<String>,
    /// Whether it tells an operator's story.
    pub copied: bool,
}

struct Layout {
    summary: &'static str,
    work: &'static str,
    education: &'static str,
    skills: &'static str,
    bullet: &'static str,
}

const LAYOUTS: [Layout; 6] = [
    Layout {
        summary: "SUMMARY",
        work: "EXPERIENCE",
        education: "EDUCATION",
        skills: "SKILLS",
        bullet: "- ",
    },
    Layout {
        summary: "Profile",
        work: "Work Experience",
        education: "Education",
        skills: "Technical Skills",
        bullet: "• ",
    },
    Layout {
        summary: "About me",
        work: "Employment History",
        education: "Education",
        skills: "Tools",
        bullet: "* ",
    },
    Layout {
        summary: "PROFESSIONAL SUMMARY",
        work: "PROFESSIONAL EXPERIENCE",
        education: "EDUCATION AND TRAINING",
        skills: "CORE SKILLS",
        bullet: "• ",
    },
    Layout {
        summary: "Objective",
        work: "Experience",
        education: "Academic Background",
        skills: "Skills",
        bullet: "- ",
    },
    Layout {
        summary: "SUMMARY OF QUALIFICATIONS",
        work: "WORK HISTORY",
        education: "EDUCATION",
        skills: "SKILLS & TOOLS",
        bullet: "– ",
    },
];

/// How many layouts there are.
pub const LAYOUT_COUNT: usize = LAYOUTS.len();

/// Verbs with one that says the same.
const VERBS: [(&str, &str); 28] = [
    ("Built", "Developed"),
    ("Rebuilt", "Rewrote"),
    ("Owned", "Was responsible for"),
    ("Simplified", "Streamlined"),
    ("Took over", "Inherited"),
    ("Documented", "Wrote up"),
    ("Redesigned", "Reworked"),
    ("Automated", "Scripted"),
    ("Stabilised", "Hardened"),
    ("Moved", "Migrated"),
    ("Measured", "Profiled"),
    ("Set up", "Established"),
    ("Reviewed", "Audited"),
    ("Split up", "Decomposed"),
    ("Introduced", "Rolled out"),
    ("Maintained", "Looked after"),
    ("Cleaned up", "Tidied"),
    ("Planned", "Scoped"),
    ("Extended", "Expanded"),
    ("Untangled", "Refactored"),
    ("Piloted", "Trialled"),
    ("Led work on", "Headed"),
    ("Wrote tests for", "Covered with tests"),
    ("Ran", "Operated"),
    ("Launched", "Shipped"),
    ("Improved", "Enhanced"),
    ("Designed", "Architected"),
    ("Supported", "Assisted with"),
];

const MEANS: [(&str, &str); 40] = [
    ("together with three colleagues", "in a team of four"),
    ("after interviewing its users", "based on talks with users"),
    (
        "from a spreadsheet nobody trusted",
        "starting from an unreliable spreadsheet",
    ),
    ("in small weekly steps", "step by step each week"),
    ("with the warehouse team", "alongside warehouse staff"),
    (
        "while the old one kept running",
        "without stopping the old one",
    ),
    ("under a fixed budget", "within the agreed budget"),
    ("for two new markets", "for two additional countries"),
    ("ahead of a regulator's visit", "before an inspection"),
    ("with a vendor abroad", "with an overseas supplier"),
    ("following a painful outage", "after a serious incident"),
    (
        "as the first hire on the team",
        "as the team's first member",
    ),
    (
        "alongside the legal department",
        "with help from legal counsel",
    ),
    ("during a company-wide move", "while the company relocated"),
    ("with help from two interns", "supervising two interns"),
    ("on a six-week deadline", "in under six weeks"),
    ("at the request of finance", "as asked by the finance team"),
    ("by pairing every afternoon", "through daily pairing"),
    ("through a merger", "while two firms merged"),
    ("across four offices", "for all four sites"),
    ("from first sketch to launch", "from idea to release"),
    ("with weekly demos", "showing progress weekly"),
    ("for the public sector", "for government clients"),
    ("in a shared codebase", "within a common repository"),
    ("despite a hiring freeze", "without new hires"),
    ("on top of existing contracts", "under existing agreements"),
    ("using feedback from support", "guided by support tickets"),
    ("with a phased rollout", "in staged releases"),
    ("to a tight specification", "against strict requirements"),
    ("in three languages", "for three locales"),
    (
        "after a failed first attempt",
        "following an earlier failure",
    ),
    ("for the largest client", "for the biggest account"),
    (
        "with security reviewers",
        "together with the security group",
    ),
    ("from two separate systems", "out of two older systems"),
    ("over one summer", "within three months"),
    ("by removing dead paths", "by deleting unused parts"),
    ("as part of a wider programme", "inside a larger initiative"),
    ("in close contact with sales", "hand in hand with sales"),
    ("without extra hardware", "on the existing machines"),
    ("for remote staff", "for people working from home"),
];

/// What came of it; `#` is a number.
const OUTCOMES: [(&str, &str); 40] = [
    (
        "cutting errors by # percent",
        "reducing mistakes by # percent",
    ),
    (
        "saving about # hours a month",
        "which saved some # hours monthly",
    ),
    (
        "so that releases went from monthly to weekly",
        "making weekly releases possible",
    ),
    (
        "which freed # people for other work",
        "letting # people do other things",
    ),
    (
        "bringing response times under # milliseconds",
        "with answers in under # ms",
    ),
    (
        "with no complaint in # months",
        "complaint-free for # months",
    ),
    (
        "and trained # colleagues in it",
        "and taught it to # colleagues",
    ),
    (
        "halving the backlog of # open cases",
        "cutting # open cases in half",
    ),
    (
        "at # percent of the planned cost",
        "for # percent of the estimate",
    ),
    ("used today by # teams", "now in use by # teams"),
    ("covering # sites", "at # locations"),
    ("and retired # old scripts", "replacing # scripts"),
    (
        "raising coverage to # percent",
        "with coverage up to # percent",
    ),
    ("down from # manual steps", "instead of # manual steps"),
    (
        "which paid for itself in # weeks",
        "earning its cost back in # weeks",
    ),
    (
        "and presented it to # department heads",
        "and showed it to # managers",
    ),
    (
        "for roughly # thousand customers",
        "serving about #,000 customers",
    ),
    (
        "reducing escalations by a factor of #",
        "with # times fewer escalations",
    ),
    ("in # working days", "within # days"),
    ("keeping # suppliers on board", "retaining # suppliers"),
    ("winning back # accounts", "regaining # accounts"),
    ("and closed # audit points", "resolving # audit findings"),
    (
        "passing # checks at the first try",
        "clearing # checks at once",
    ),
    ("handling # requests a second", "at # requests per second"),
    ("with a team of #", "leading # people"),
    (
        "shortening onboarding by # days",
        "so new staff start # days sooner",
    ),
    (
        "lifting conversion by # percent",
        "for # percent more sign-ups",
    ),
    (
        "lowering cloud cost by # percent",
        "with # percent less spend",
    ),
    ("and merged # duplicate tables", "removing # duplicates"),
    ("which # branches adopted", "adopted by # branches"),
    ("after # failed audits", "ending # failed audits in a row"),
    ("for # languages", "in # languages"),
    (
        "keeping downtime below # minutes",
        "with less than # minutes down",
    ),
    ("worth # thousand dollars a year", "bringing in #k a year"),
    ("tested on # devices", "verified on # devices"),
    ("across # time zones", "in # time zones"),
    ("with # fewer tickets a week", "saving # tickets weekly"),
    (
        "and wrote # pages of notes",
        "with # pages of documentation",
    ),
    ("from # sources", "combining # sources"),
    ("on # servers", "over # machines"),
];

/// Sentences that writing aids hand to everybody.
const STOCK: [&str; 24] = [
    "Spearheaded cross-functional initiatives that drove measurable improvements in operational efficiency and stakeholder satisfaction",
    "Leveraged data-driven insights to optimize key business processes and deliver scalable solutions aligned with strategic goals",
    "Collaborated closely with product managers, designers and engineers to deliver high-quality features on time and within budget",
    "Fostered a culture of continuous improvement by mentoring junior team members and championing industry best practices",
    "Demonstrated strong problem-solving skills by identifying bottlenecks and implementing innovative solutions in a fast-paced environment",
    "Orchestrated the end-to-end delivery of complex projects while maintaining the highest standards of quality and compliance",
    "Played a pivotal role in transforming legacy systems into modern, scalable and maintainable architectures",
    "Utilized agile methodologies to streamline workflows, enhance team productivity and accelerate time to market",
    "Proactively engaged with stakeholders at all levels to gather requirements and translate them into actionable deliverables",
    "Designed and implemented robust, scalable solutions that improved system performance and enhanced the overall user experience",
    "Partnered with key stakeholders to define success metrics and ensure alignment with overarching organizational objectives",
    "Consistently exceeded expectations by delivering impactful results under tight deadlines and shifting priorities",
    "Drove adoption of best practices across the organization through comprehensive documentation and hands-on training sessions",
    "Conducted thorough analyses to identify trends, mitigate risks and inform strategic decision-making at the executive level",
    "Championed the adoption of modern tooling, resulting in significant gains in developer productivity and code quality",
    "Successfully managed multiple concurrent projects while ensuring clear communication across geographically distributed teams",
    "Enhanced customer satisfaction by resolving complex issues promptly and maintaining a professional and empathetic demeanor",
    "Streamlined reporting processes by automating repetitive tasks, thereby reducing manual effort and improving data accuracy",
    "Built strong relationships with internal and external partners to support long-term growth and operational excellence",
    "Ensured compliance with regulatory requirements by implementing rigorous controls and conducting regular internal reviews",
    "Contributed to a positive team environment by sharing knowledge openly and supporting colleagues in achieving shared goals",
    "Delivered compelling presentations to senior leadership that influenced strategic direction and secured additional funding",
    "Applied critical thinking and attention to detail to improve processes and deliver consistently accurate results",
    "Participated in the full software development lifecycle from requirements gathering through deployment and maintenance",
];

/// Of each popular template: what stands in it and is left in by many.
const TEMPLATES: [[&str; 4]; 5] = [
    [
        "Results-oriented professional with a proven track record of success in dynamic environments",
        "Seeking a challenging position where I can apply my skills and grow with the organization",
        "Excellent written and verbal communication skills with the ability to work independently or as part of a team",
        "References and work samples are available upon request and will gladly be provided at any stage",
    ],
    [
        "Motivated and detail-oriented individual with a passion for learning new technologies every day",
        "Proficient in Microsoft Office Suite including Word, Excel, PowerPoint and Outlook for everyday business use",
        "Strong organizational skills and the ability to prioritize tasks effectively in order to meet deadlines",
        "Volunteer work, hobbies and interests that show who you are outside of your professional career",
    ],
    [
        "Dynamic team player who thrives in collaborative settings and brings energy to every project",
        "Core competencies: leadership, communication, time management, adaptability, critical thinking, conflict resolution, creativity",
        "I hereby declare that the information given above is true to the best of my knowledge and belief",
        "Languages: English (fluent), others on request; driving licence: yes; willing to relocate: yes; notice period: two weeks",
    ],
    [
        "Experienced professional committed to maintaining cutting-edge technical skills and up-to-date industry knowledge",
        "Adept at working under pressure and adapting to new situations and challenges to best enhance the brand",
        "Recognized for consistent success in building long-term relationships with customers, vendors and colleagues alike",
        "Additional coursework and certificates are listed on the second page of this document in order of date",
    ],
    [
        "Hardworking and reliable with a strong work ethic and a friendly approach to every task at hand",
        "Skilled at handling multiple responsibilities at once while keeping calm and keeping customers satisfied",
        "Able to lift up to fifty pounds, stand for long periods and travel up to ten percent of the time",
        "Thank you for your time and consideration; I look forward to discussing this opportunity with you soon",
    ],
];

/// How many popular templates there are.
pub const TEMPLATE_COUNT: usize = TEMPLATES.len();

/// A bullet before it is worded: places in the lists, so that it can be worded twice.
#[derive(Clone, Debug)]
struct Claim {
    verb: usize,
    like: usize,
    thing: usize,
    tool: usize,
    means: usize,
    outcome: usize,
    number: i64,
    shape: usize,
}

fn claim(dice: &mut Dice) -> Claim {
    Claim {
        verb: dice.below(VERBS.len()),
        like: dice.below(12),
        thing: dice.below(24),
        tool: dice.below(16),
        means: dice.below(MEANS.len()),
        outcome: dice.below(OUTCOMES.len()),
        number: dice.between(2, 90),
        shape: dice.below(6),
    }
}

/// Words a claim; each of `other` takes the second wording of a part.
fn word(claim: &Claim, trade: &Trade, other: [bool; 3]) -> String {
    let way = |pair: (&'static str, &'static str), other| if other { pair.1 } else { pair.0 };
    let verb = way(VERBS[claim.verb], other[0]);
    let means = way(MEANS[claim.means], other[1]);
    let outcome = way(OUTCOMES[claim.outcome], other[2]).replace('#', &claim.number.to_string());
    let what = format!("{} {}", trade.likes[claim.like], trade.things[claim.thing]);
    let tool = trade.tools[claim.tool];
    match claim.shape {
        0 => format!("{verb} the {what} with {tool} {means}, {outcome}"),
        1 => format!("{verb} the {what} {means}, {outcome}"),
        2 => format!("{verb} a {what} in {tool}, {outcome}"),
        3 => format!("{verb} the {what} and its {tool} set-up {means}"),
        4 => format!(
            "Using {tool}, {} the {what} {means}, {outcome}",
            verb.to_lowercase()
        ),
        _ => format!("{verb} a {what} {means} ({tool}), {outcome}"),
    }
}

/// What one operator tells again and again, or one person for once.
#[derive(Clone, Debug)]
pub struct Story {
    claims: Vec<Claim>,
    stock: Vec<&'static str>,
    summary: String,
    skills: String,
}

impl Story {
    /// A story of ten to twenty bullets; three in ten let a writing aid add some.
    pub fn new(trade: &Trade, dice: &mut Dice) -> Self {
        let count = 10 + dice.below(9);
        let stock = if dice.chance(30) {
            1 + dice.below(4)
        } else {
            0
        };
        Self {
            claims: (0..count).map(|_| claim(dice)).collect(),
            stock: (0..stock).map(|_| dice.pick(&STOCK)).collect(),
            summary: summary(trade, dice),
            skills: skills(trade, dice),
        }
    }

    /// As its owner tells it.
    pub fn told(&self, trade: &Trade, dice: &mut Dice) -> Resume {
        let mut bullets: Vec<_> = self
            .claims
            .iter()
            .map(|claim| word(claim, trade, [false; 3]))
            .collect();
        bullets.extend(self.stock.iter().map(|one| (*one).to_owned()));
        Resume {
            layout: dice.below(LAYOUT_COUNT),
            summary: self.summary.clone(),
            bullets,
            skills: self.skills.clone(),
            boilerplate: Vec::new(),
            copied: false,
        }
    }

    /// Told under another name: of 100 bullets so many stay word by word, the others are reworded,
    /// given other numbers and tools, or thought up anew; the order changes.
    pub fn reskinned(&self, trade: &Trade, kept: usize, dice: &mut Dice) -> Resume {
        let mut bullets = Vec::new();
        for one in &self.claims {
            if dice.chance(kept) {
                bullets.push(word(one, trade, [false; 3]));
                continue;
            }
            let mut changed = one.clone();
            match dice.below(5) {
                0 => changed = claim(dice),
                1 => changed.number = dice.between(2, 90),
                2 => changed.tool = dice.below(16),
                3 => changed.means = dice.below(MEANS.len()),
                _ => {}
            }
            let other = [dice.chance(60), dice.chance(25), dice.chance(25)];
            bullets.push(word(&changed, trade, other));
        }
        bullets.extend(self.stock.iter().map(|one| (*one).to_owned()));
        // Who copies closely seldom cares to put things into another order.
        if dice.chance(130 - kept.min(100)) {
            dice.shuffle(&mut bullets);
        }
        Resume {
            layout: dice.below(LAYOUT_COUNT),
            summary: if dice.chance(kept) {
                self.summary.clone()
            } else {
                summary(trade, dice)
            },
            bullets,
            skills: if dice.chance(kept) {
                self.skills.clone()
            } else {
                skills(trade, dice)
            },
            boilerplate: Vec::new(),
            copied: false,
        }
    }
}

/// A bullet that team mates have in common.
pub fn of_a_team(trade: &Trade, dice: &mut Dice) -> String {
    word(&claim(dice), trade, [false; 3])
}

/// Adds what a popular template leaves in.
pub fn on_template(resume: &mut Resume, template: usize, dice: &mut Dice) {
    resume.layout = template % LAYOUT_COUNT;
    let lines = &TEMPLATES[template % TEMPLATE_COUNT];
    let kept = lines.iter().filter(|_| dice.chance(75));
    resume.boilerplate = kept.map(|line| (*line).to_owned()).collect();
}

/// An agency's own phrases: the same for all whom it presents.
pub fn of_agency(agency: &str, seed: u64) -> Vec<String> {
    let mut dice = Dice::new(seed);
    let mut part = |list: &[&'static str]| dice.pick(list);
    vec![
        format!(
            "{agency} has {} this candidate {} and confirms {} for the assignments described below",
            part(&["interviewed", "met", "assessed", "screened"]),
            part(&[
                "in person",
                "by video call",
                "over two conversations",
                "through its panel"
            ]),
            part(&[
                "availability",
                "motivation",
                "the right to work",
                "all dates"
            ]),
        ),
        format!(
            "Presented by {agency} {} on condition that {} and that all contact runs through our {} desk",
            part(&["exclusively", "without obligation", "for this opening"]),
            part(&[
                "terms were agreed beforehand",
                "our fee schedule applies",
                "the client treats this in confidence"
            ]),
            part(&["placement", "account", "client", "delivery"]),
        ),
        format!(
            "Consultant remarks: {} with {} and {}; rate, notice and {} on request from {agency}",
            part(&[
                "a steady performer",
                "a clear communicator",
                "a careful worker",
                "a quick learner"
            ]),
            part(&[
                "solid references",
                "good client feedback",
                "a tidy record",
                "strong fundamentals"
            ]),
            part(&[
                "a calm manner",
                "realistic expectations",
                "an open schedule",
                "recent training"
            ]),
            part(&["interview times", "start date", "portfolio", "work permit"]),
        ),
    ]
}

fn summary(trade: &Trade, dice: &mut Dice) -> String {
    format!(
        "{} with {} years of work on {} {}, mostly {}; {}.",
        trade.titles[dice.below(4)],
        dice.between(2, 20),
        trade.likes[dice.below(12)],
        trade.things[dice.below(24)],
        MEANS[dice.below(MEANS.len())].0,
        dice.pick(&[
            "likes small releases and long walks",
            "explains hard things in plain words",
            "asks for numbers before opinions",
            "is happiest close to the people who use the product",
            "writes things down",
            "has led teams of up to six",
            "prefers boring technology",
            "learned the trade on a help desk",
            "came to it from teaching",
            "keeps a tidy backlog",
            "is used to working across time zones",
            "cares about accessibility",
            "enjoys mentoring",
            "is looking for a steady team",
        ])
    )
}

fn skills(trade: &Trade, dice: &mut Dice) -> String {
    let mut tools = trade.tools;
    dice.shuffle(&mut tools);
    tools[..6 + dice.below(6)].join(", ")
}

/// The résumé of a record as text.
pub fn render(record: &Record, phone: &str) -> String {
    let resume = &record.resume;
    let layout = &LAYOUTS[resume.layout % LAYOUT_COUNT];
    let mut out = String::with_capacity(4500);
    let _ = writeln!(out, "{}", record.name);
    if let Some(home) = &record.home {
        let _ = writeln!(out, "{}, {}", home.town().name, home.town().region);
    }
    let mail = record.emails.first().map_or("", String::as_str);
    let _ = writeln!(out, "{mail} | {phone}");
    for link in &record.links {
        let _ = writeln!(out, "{link}");
    }
    let _ = writeln!(out, "\n{}\n{}", layout.summary, resume.summary);
    for line in resume.boilerplate.iter().take(2) {
        let _ = writeln!(out, "{line}.");
    }
    let _ = writeln!(out, "\n{}", layout.work);
    let share = resume
        .bullets
        .len()
        .div_ceil(record.work.len().max(1))
        .max(1);
    let mut bullets = resume.bullets.chunks(share);
    for job in &record.work {
        let end = job.end.map_or("Present".to_owned(), month);
        let _ = writeln!(
            out,
            "{}, {}, {}\n{} - {end}",
            job.title,
            job.name,
            job.place,
            month(job.start)
        );
        for bullet in bullets.next().unwrap_or_default() {
            let _ = writeln!(out, "{}{bullet}", layout.bullet);
        }
        out.push('\n');
    }
    let _ = writeln!(out, "{}", layout.education);
    for study in &record.education {
        let _ = writeln!(
            out,
            "{} in {}, {}, {} - {}",
            study.level,
            study.area,
            study.school,
            month(study.start),
            month(study.end)
        );
    }
    let _ = writeln!(out, "\n{}\n{}", layout.skills, resume.skills);
    for line in resume.boilerplate.iter().skip(2) {
        let _ = writeln!(out, "{line}.");
    }
    out
}

fn month((year, month): (i64, i64)) -> String {
    const NAMES: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let at = usize::try_from(month - 1).unwrap_or(0).min(11);
    format!("{} {year}", NAMES[at])
}
