//! Real cities and schools, so that what is true of them can be checked.

/// A city that somebody may claim to live in.
#[derive(Debug)]
pub(super) struct City {
    pub(super) name: &'static str,
    pub(super) region: &'static str,
    pub(super) postal: &'static str,
    pub(super) country: &'static str,
    /// IANA name of its time zone.
    pub(super) zone: &'static str,
    /// Its area codes; empty outside the US and Canada.
    pub(super) areas: &'static [u16],
}

const fn city(
    name: &'static str,
    region: &'static str,
    postal: &'static str,
    zone: &'static str,
    areas: &'static [u16],
) -> City {
    City {
        name,
        region,
        postal,
        country: "US",
        zone,
        areas,
    }
}

const EAST: &str = "America/New_York";
const MIDDLE: &str = "America/Chicago";
const MOUNTAIN: &str = "America/Denver";
const WEST: &str = "America/Los_Angeles";

/// Cities with a postal code each (USPS, Canada Post, Royal Mail; from general knowledge, 2026).
pub(super) const CITIES: &[City] = &[
    city("New York", "NY", "10019", EAST, &[212, 646, 332, 917]),
    city("Brooklyn", "NY", "11215", EAST, &[718, 347, 929]),
    city("Buffalo", "NY", "14209", EAST, &[716]),
    city("Rochester", "NY", "14607", EAST, &[585]),
    city("Boston", "MA", "02116", EAST, &[617, 857]),
    city("Worcester", "MA", "01609", EAST, &[508, 774]),
    city("Providence", "RI", "02906", EAST, &[401]),
    city("Hartford", "CT", "06105", EAST, &[860, 959]),
    city("Newark", "NJ", "07102", EAST, &[973, 862]),
    city("Jersey City", "NJ", "07302", EAST, &[201, 551]),
    city("Philadelphia", "PA", "19103", EAST, &[215, 267, 445]),
    city("Pittsburgh", "PA", "15213", EAST, &[412, 878]),
    city("Baltimore", "MD", "21218", EAST, &[410, 443]),
    city("Richmond", "VA", "23220", EAST, &[804]),
    city("Raleigh", "NC", "27605", EAST, &[919, 984]),
    city("Charlotte", "NC", "28203", EAST, &[704, 980]),
    city("Atlanta", "GA", "30308", EAST, &[404, 470, 678]),
    city("Miami", "FL", "33130", EAST, &[305, 786]),
    city("Tampa", "FL", "33606", EAST, &[813]),
    city("Orlando", "FL", "32801", EAST, &[407, 321]),
    city("Columbus", "OH", "43215", EAST, &[614, 380]),
    city("Cleveland", "OH", "44113", EAST, &[216]),
    city("Cincinnati", "OH", "45202", EAST, &[513]),
    city("Detroit", "MI", "48226", "America/Detroit", &[313]),
    city("Ann Arbor", "MI", "48104", "America/Detroit", &[734]),
    city(
        "Indianapolis",
        "IN",
        "46204",
        "America/Indiana/Indianapolis",
        &[317, 463],
    ),
    city(
        "Louisville",
        "KY",
        "40202",
        "America/Kentucky/Louisville",
        &[502],
    ),
    city("Nashville", "TN", "37203", MIDDLE, &[615, 629]),
    city("Memphis", "TN", "38103", MIDDLE, &[901]),
    city("Birmingham", "AL", "35203", MIDDLE, &[205]),
    city("New Orleans", "LA", "70130", MIDDLE, &[504]),
    city("Chicago", "IL", "60614", MIDDLE, &[312, 773, 872]),
    city("Milwaukee", "WI", "53202", MIDDLE, &[414]),
    city("Madison", "WI", "53703", MIDDLE, &[608]),
    city("Minneapolis", "MN", "55408", MIDDLE, &[612]),
    city("Saint Paul", "MN", "55102", MIDDLE, &[651]),
    city("Des Moines", "IA", "50309", MIDDLE, &[515]),
    city("Kansas City", "MO", "64111", MIDDLE, &[816]),
    city("St. Louis", "MO", "63108", MIDDLE, &[314]),
    city("Omaha", "NE", "68102", MIDDLE, &[402, 531]),
    city("Tulsa", "OK", "74103", MIDDLE, &[918, 539]),
    city("Oklahoma City", "OK", "73102", MIDDLE, &[405]),
    city("Dallas", "TX", "75204", MIDDLE, &[214, 469, 972]),
    city("Austin", "TX", "78704", MIDDLE, &[512, 737]),
    city("Houston", "TX", "77006", MIDDLE, &[713, 281, 832, 346]),
    city("San Antonio", "TX", "78205", MIDDLE, &[210, 726]),
    city("Denver", "CO", "80205", MOUNTAIN, &[303, 720]),
    city("Colorado Springs", "CO", "80903", MOUNTAIN, &[719]),
    city("Salt Lake City", "UT", "84102", MOUNTAIN, &[801, 385]),
    city("Boise", "ID", "83702", "America/Boise", &[208, 986]),
    city("Albuquerque", "NM", "87106", MOUNTAIN, &[505]),
    city(
        "Phoenix",
        "AZ",
        "85004",
        "America/Phoenix",
        &[602, 480, 623],
    ),
    city("Tucson", "AZ", "85719", "America/Phoenix", &[520]),
    city("Las Vegas", "NV", "89101", WEST, &[702, 725]),
    city("Reno", "NV", "89501", WEST, &[775]),
    city("Los Angeles", "CA", "90026", WEST, &[213, 323, 310]),
    city("San Diego", "CA", "92103", WEST, &[619, 858]),
    city("San Francisco", "CA", "94110", WEST, &[415, 628]),
    city("Oakland", "CA", "94610", WEST, &[510, 341]),
    city("San Jose", "CA", "95112", WEST, &[408, 669]),
    city("Sacramento", "CA", "95816", WEST, &[916, 279]),
    city("Portland", "OR", "97214", WEST, &[503, 971]),
    city("Seattle", "WA", "98103", WEST, &[206]),
    city("Spokane", "WA", "99201", WEST, &[509]),
    city("Anchorage", "AK", "99501", "America/Anchorage", &[907]),
    city("Honolulu", "HI", "96814", "Pacific/Honolulu", &[808]),
    City {
        name: "Toronto",
        region: "ON",
        postal: "M5V 2T6",
        country: "CA",
        zone: "America/Toronto",
        areas: &[416, 647, 437],
    },
    City {
        name: "Vancouver",
        region: "BC",
        postal: "V6B 1A1",
        country: "CA",
        zone: "America/Vancouver",
        areas: &[604, 778],
    },
    City {
        name: "London",
        region: "",
        postal: "E8 3NJ",
        country: "GB",
        zone: "Europe/London",
        areas: &[],
    },
    City {
        name: "Manchester",
        region: "",
        postal: "M1 4BT",
        country: "GB",
        zone: "Europe/London",
        areas: &[],
    },
];

/// More area codes of the states, for people who live outside the cities' centres.
pub(super) const ELSEWHERE: &[(&str, &[u16])] = &[
    ("AL", &[251, 256, 334]),
    ("AR", &[479, 501]),
    (
        "CA",
        &[
            559, 562, 626, 650, 661, 707, 714, 760, 805, 818, 831, 909, 925, 949, 951,
        ],
    ),
    ("CO", &[970]),
    ("CT", &[203]),
    ("DE", &[302]),
    (
        "FL",
        &[239, 352, 386, 561, 727, 772, 850, 863, 904, 941, 954],
    ),
    ("GA", &[229, 478, 706, 770, 912]),
    ("IA", &[319, 563]),
    ("IL", &[217, 309, 618, 630, 708, 815]),
    ("IN", &[219, 260, 574, 812]),
    ("KS", &[316, 785, 913]),
    ("KY", &[270, 606, 859]),
    ("LA", &[225, 318, 337, 985]),
    ("MA", &[413, 978]),
    ("MD", &[240, 301]),
    ("ME", &[207]),
    ("MI", &[231, 248, 269, 517, 586, 616, 810, 989]),
    ("MN", &[218, 320, 507]),
    ("MO", &[417, 573, 660]),
    ("MS", &[228, 601, 662]),
    ("NE", &[308]),
    ("NH", &[603]),
    ("NJ", &[609, 732, 856, 908]),
    ("NM", &[575]),
    ("NY", &[315, 516]),
];

/// Streets that nobody lives in.
pub(super) const STREETS: &[&str] = &[
    "Example Street",
    "Sample Avenue",
    "Placeholder Lane",
    "Lantern Hill Road",
    "Old Ropewalk Street",
    "Heronsgate Avenue",
    "Quillfeather Lane",
    "Copperkettle Road",
    "Marigold Ferry Road",
    "Thistledown Court",
    "Wren Hollow Drive",
    "Saltmarsh Row",
    "Juniper Stile Road",
    "Candlewick Street",
    "Foxglove Terrace",
    "Millrace Bend",
    "Pebblebrook Way",
    "Orchard Gate Avenue",
    "Tamarack Loop",
    "Windvane Place",
];

/// A school with the months its years begin and end in.
#[derive(Debug)]
pub(super) struct School {
    pub(super) name: &'static str,
    /// First and last month of a study, 1 to 12.
    pub(super) months: (i32, i32),
    /// Years of a first degree.
    pub(super) years: i32,
}

const fn us(name: &'static str, months: (i32, i32)) -> School {
    School {
        name,
        months,
        years: 4,
    }
}

const fn abroad(name: &'static str, months: (i32, i32), years: i32) -> School {
    School {
        name,
        months,
        years,
    }
}

/// Large schools that have long taught everything below, and a few that nobody will find.
pub(super) const SCHOOLS: &[School] = &[
    us("University of Texas at Austin", (8, 5)),
    us("University of Michigan-Ann Arbor", (9, 5)),
    us("Ohio State University", (8, 5)),
    us("Pennsylvania State University", (8, 5)),
    us("University of Florida", (8, 5)),
    us("Arizona State University", (8, 5)),
    us("University of Illinois Urbana-Champaign", (8, 5)),
    us("University of Wisconsin-Madison", (9, 5)),
    us("University of Minnesota-Twin Cities", (9, 5)),
    us("Rutgers University-New Brunswick", (9, 5)),
    us("University of Maryland-College Park", (8, 5)),
    us("Purdue University", (8, 5)),
    us("Indiana University-Bloomington", (8, 5)),
    us("North Carolina State University", (8, 5)),
    us("Boston University", (9, 5)),
    us("New York University", (9, 5)),
    us("University of Arizona", (8, 5)),
    us("University of Houston", (8, 5)),
    us("San Jose State University", (8, 5)),
    us("University of California, Berkeley", (8, 5)),
    us("University of California, Los Angeles", (9, 6)),
    us("University of Washington", (9, 6)),
    us("Oregon State University", (9, 6)),
    us("University of Utah", (8, 5)),
    us("University of Georgia", (8, 5)),
    us("University of Tennessee-Knoxville", (8, 5)),
    us("Temple University", (8, 5)),
    us("George Mason University", (8, 5)),
    us("University of Central Florida", (8, 12)),
    us("Texas A&M University", (8, 12)),
    abroad("University of Toronto", (9, 6), 4),
    abroad("McGill University", (9, 5), 4),
    abroad("University of Manchester", (9, 7), 3),
    abroad("Universidad Nacional Autónoma de México", (8, 6), 4),
    abroad("Universidade de São Paulo", (2, 12), 4),
    abroad("Universidad de Buenos Aires", (3, 12), 5),
    abroad("Technische Universität München", (10, 9), 3),
    abroad("Uniwersytet Warszawski", (10, 6), 3),
    abroad("University of Lagos", (10, 8), 4),
    abroad("University of Nairobi", (9, 7), 4),
    abroad("Cairo University", (9, 6), 4),
    abroad("University of Delhi", (7, 5), 3),
    abroad("University of Tokyo", (4, 3), 4),
    abroad("Seoul National University", (3, 2), 4),
    abroad("National Taiwan University", (9, 6), 4),
    abroad("University of the Philippines Diliman", (8, 6), 4),
    abroad("University of Melbourne", (2, 11), 3),
    us("Quillfeather State College", (8, 5)),
    us("Heronsgate Community University", (9, 6)),
];
