//! Area codes of the North American plan: country, states or provinces, time zones.
//!
//! Compiled in November 2026 from the numbering plan's public assignments as they stand in
//! libphonenumber's metadata, geocoding and time zone files of July 2026; split codes (203, 310,
//! 713, 718, 905) from the plan itself. An overlay has the zones of the codes under it.

/// When the sources were published. A code that came into service later is not known here.
pub const AS_OF: jiff::civil::Date = jiff::civil::date(2026, 7, 1);

const EASTERN: &str = "America/New_York";
const CENTRAL: &str = "America/Chicago";
const MOUNTAIN: &str = "America/Denver";
const PACIFIC: &str = "America/Los_Angeles";
const ARIZONA: &str = "America/Phoenix";
const BOISE: &str = "America/Boise";
const ANCHORAGE: &str = "America/Anchorage";
const ADAK: &str = "America/Adak";
const HAWAII: &str = "Pacific/Honolulu";
const ST_JOHNS: &str = "America/St_Johns";
const HALIFAX: &str = "America/Halifax";
const TORONTO: &str = "America/Toronto";
const WINNIPEG: &str = "America/Winnipeg";
const REGINA: &str = "America/Regina";
const ALBERTA: &str = "America/Edmonton";
const VANCOUVER: &str = "America/Vancouver";
const WHITEHORSE: &str = "America/Whitehorse";

/// Area codes that serve the same places.
pub(super) struct Area {
    /// ISO 3166-1 code: of the territory itself for Puerto Rico and the like.
    pub country: &'static str,
    /// Postal codes of states, provinces or territories; none elsewhere.
    pub states: &'static [&'static str],
    /// IANA time zones.
    pub zones: &'static [&'static str],
    codes: &'static [u16],
}

/// The area of a code in service.
pub(super) fn of(npa: u16) -> Option<&'static Area> {
    let row = BY_CODE[usize::from(npa.checked_sub(FIRST)?)..].first()?;
    AREAS.get(usize::from(*row).checked_sub(1)?)
}

/// The lowest area code that can be.
const FIRST: u16 = 200;

/// For each code from 200 to 999, its row in [`AREAS`] counted from 1; 0 is not in service.
static BY_CODE: [u8; 800] = by_code();

const fn by_code() -> [u8; 800] {
    let mut rows = [0; 800];
    let mut row = 0;
    while row < AREAS.len() {
        let codes = AREAS[row].codes;
        let mut i = 0;
        while i < codes.len() {
            let slot = &mut rows[(codes[i] - FIRST) as usize];
            assert!(*slot == 0, "an area code stands in one row only");
            #[expect(
                clippy::cast_possible_truncation,
                reason = "there are fewer than 255 rows"
            )]
            {
                *slot = (row + 1) as u8;
            }
            i += 1;
        }
        row += 1;
    }
    rows
}

const fn area(
    country: &'static str,
    states: &'static [&'static str],
    zones: &'static [&'static str],
    codes: &'static [u16],
) -> Area {
    Area {
        country,
        states,
        zones,
        codes,
    }
}

#[rustfmt::skip]
static AREAS: [Area; 103] = [
    area("US", &["AK"], &[ANCHORAGE, ADAK], &[907]),
    area("US", &["AL"], &[CENTRAL], &[205, 251, 256, 334, 659, 938]),
    area("US", &["AR"], &[CENTRAL], &[327, 479, 501, 870]),
    area("US", &["AZ"], &[ARIZONA], &[480, 520, 602, 623]),
    area("US", &["AZ"], &[ARIZONA, MOUNTAIN], &[928]),
    area("US", &["CA"], &[PACIFIC], &[209, 213, 279, 310, 323, 341, 350, 369, 408, 415, 424, 442, 510, 530, 559, 562, 619, 626, 628, 650, 657, 661, 669, 707, 714, 738, 747, 760, 805, 818, 820, 831, 840, 858, 909, 916, 925, 949, 951]),
    area("US", &["CO"], &[MOUNTAIN], &[303, 719, 720, 748, 970, 983]),
    area("US", &["CT"], &[EASTERN], &[203, 475, 860, 959]),
    area("US", &["DC"], &[EASTERN], &[202, 771]),
    area("US", &["DE"], &[EASTERN], &[302]),
    area("US", &["FL"], &[EASTERN], &[239, 305, 321, 324, 352, 386, 407, 561, 645, 656, 689, 727, 728, 754, 772, 786, 813, 863, 904, 941, 954]),
    area("US", &["FL"], &[CENTRAL, EASTERN], &[448, 850]),
    area("US", &["GA"], &[EASTERN], &[229, 404, 470, 478, 678, 706, 762, 770, 912, 943]),
    area("US", &["HI"], &[HAWAII], &[808]),
    area("US", &["IA"], &[CENTRAL], &[319, 515, 563, 641, 712]),
    area("US", &["ID"], &[BOISE, PACIFIC], &[208, 986]),
    area("US", &["IL"], &[CENTRAL], &[217, 224, 309, 312, 331, 447, 464, 618, 630, 708, 730, 773, 779, 815, 847, 872]),
    area("US", &["IN"], &[EASTERN], &[260, 317, 463, 765]),
    area("US", &["IN"], &[EASTERN, CENTRAL], &[574, 812, 930]),
    area("US", &["IN"], &[CENTRAL, EASTERN], &[219]),
    area("US", &["KS"], &[CENTRAL], &[316, 913]),
    area("US", &["KS"], &[CENTRAL, MOUNTAIN], &[620, 785]),
    area("US", &["KY"], &[CENTRAL, EASTERN], &[270, 364]),
    area("US", &["KY"], &[EASTERN], &[502, 859]),
    area("US", &["KY"], &[EASTERN, CENTRAL], &[606]),
    area("US", &["LA"], &[CENTRAL], &[225, 318, 337, 504, 985]),
    area("US", &["MA"], &[EASTERN], &[339, 351, 413, 508, 617, 774, 781, 857, 978]),
    area("US", &["MD"], &[EASTERN], &[227, 240, 301, 410, 443, 667]),
    area("US", &["ME"], &[EASTERN], &[207]),
    area("US", &["MI"], &[EASTERN], &[231, 248, 269, 313, 517, 586, 616, 734, 810, 947, 989]),
    area("US", &["MI"], &[EASTERN, CENTRAL], &[906]),
    area("US", &["MN"], &[CENTRAL], &[218, 320, 507, 612, 651, 763, 952]),
    area("US", &["MO"], &[CENTRAL], &[235, 314, 417, 557, 573, 636, 660, 816, 975]),
    area("US", &["MS"], &[CENTRAL], &[228, 601, 662, 769]),
    area("US", &["MT"], &[MOUNTAIN], &[406]),
    area("US", &["NC"], &[EASTERN], &[252, 336, 472, 704, 743, 828, 910, 919, 980, 984]),
    area("US", &["ND"], &[CENTRAL, MOUNTAIN], &[701]),
    area("US", &["NE"], &[CENTRAL], &[402, 531]),
    area("US", &["NE"], &[CENTRAL, MOUNTAIN], &[308]),
    area("US", &["NH"], &[EASTERN], &[603]),
    area("US", &["NJ"], &[EASTERN], &[201, 551, 609, 640, 732, 848, 856, 862, 908, 973]),
    area("US", &["NM"], &[MOUNTAIN], &[505, 575]),
    area("US", &["NV"], &[PACIFIC], &[702, 725]),
    area("US", &["NV"], &[PACIFIC, MOUNTAIN], &[775]),
    area("US", &["NY"], &[EASTERN], &[212, 315, 329, 332, 347, 363, 516, 518, 585, 607, 631, 646, 680, 716, 718, 838, 845, 914, 917, 929, 934]),
    area("US", &["OH"], &[EASTERN], &[216, 220, 234, 283, 326, 330, 380, 419, 440, 513, 567, 614, 740, 937]),
    area("US", &["OK"], &[CENTRAL], &[405, 539, 572, 580, 918]),
    area("US", &["OR"], &[PACIFIC, MOUNTAIN], &[458, 541]),
    area("US", &["OR"], &[PACIFIC], &[503, 971]),
    area("US", &["PA"], &[EASTERN], &[215, 223, 267, 272, 412, 445, 484, 570, 582, 610, 717, 724, 814, 835, 878]),
    area("US", &["RI"], &[EASTERN], &[401]),
    area("US", &["SC"], &[EASTERN], &[803, 821, 839, 843, 854, 864]),
    area("US", &["SD"], &[CENTRAL, MOUNTAIN], &[605]),
    area("US", &["TN"], &[CENTRAL], &[615, 629, 731, 901, 931]),
    area("US", &["TN"], &[EASTERN, CENTRAL], &[423]),
    area("US", &["TN"], &[EASTERN], &[865]),
    area("US", &["TX"], &[CENTRAL], &[210, 214, 254, 281, 325, 346, 361, 409, 430, 432, 469, 512, 682, 713, 726, 737, 806, 817, 830, 832, 903, 936, 940, 945, 956, 972, 979]),
    area("US", &["TX"], &[MOUNTAIN], &[915]),
    area("US", &["UT"], &[MOUNTAIN], &[385, 435, 801]),
    area("US", &["VA"], &[EASTERN], &[276, 434, 540, 571, 686, 703, 757, 804, 826, 948]),
    area("US", &["VT"], &[EASTERN], &[802]),
    area("US", &["WA"], &[PACIFIC], &[206, 253, 360, 425, 509, 564]),
    area("US", &["WI"], &[CENTRAL], &[262, 274, 353, 414, 534, 608, 715, 920]),
    area("US", &["WV"], &[EASTERN], &[304, 681]),
    area("US", &["WY"], &[MOUNTAIN], &[307]),
    area("CA", &["AB"], &[ALBERTA], &[368, 403, 587, 780, 825]),
    area("CA", &["BC"], &[VANCOUVER, ALBERTA], &[236, 250, 257, 672, 778]),
    area("CA", &["BC"], &[VANCOUVER], &[604]),
    area("CA", &["MB"], &[WINNIPEG], &[204, 431, 584]),
    area("CA", &["NB"], &[HALIFAX], &[428, 506]),
    area("CA", &["NL"], &[ST_JOHNS, HALIFAX], &[709, 879]),
    area("CA", &["NS", "PE"], &[HALIFAX], &[782, 902]),
    area("CA", &["NT", "NU", "YT"], &[ALBERTA, WHITEHORSE, WINNIPEG, TORONTO], &[867]),
    area("CA", &["ON"], &[TORONTO], &[226, 249, 289, 343, 365, 382, 416, 437, 519, 548, 613, 647, 683, 705, 742, 753, 905, 942]),
    area("CA", &["ON"], &[TORONTO, WINNIPEG], &[807]),
    area("CA", &["QC"], &[TORONTO], &[263, 354, 438, 450, 468, 514, 579, 819, 873]),
    area("CA", &["QC"], &[TORONTO, HALIFAX], &[367, 418, 581]),
    area("CA", &["SK"], &[REGINA], &[306, 474, 639]),
    area("PR", &["PR"], &["America/Puerto_Rico"], &[787, 939]),
    area("VI", &["VI"], &["America/St_Thomas"], &[340]),
    area("GU", &["GU"], &["Pacific/Guam"], &[671]),
    area("AS", &["AS"], &["Pacific/Pago_Pago"], &[684]),
    area("MP", &["MP"], &["Pacific/Saipan"], &[670]),
    area("BS", &[], &["America/Nassau"], &[242]),
    area("BB", &[], &["America/Barbados"], &[246]),
    area("AI", &[], &["America/Anguilla"], &[264]),
    area("AG", &[], &["America/Antigua"], &[268]),
    area("VG", &[], &["America/Tortola"], &[284]),
    area("KY", &[], &["America/Cayman"], &[345]),
    area("BM", &[], &["Atlantic/Bermuda"], &[441]),
    area("GD", &[], &["America/Grenada"], &[473]),
    area("TC", &[], &["America/Grand_Turk"], &[649]),
    area("JM", &[], &["America/Jamaica"], &[658, 876]),
    area("MS", &[], &["America/Montserrat"], &[664]),
    area("SX", &[], &["America/Lower_Princes"], &[721]),
    area("LC", &[], &["America/St_Lucia"], &[758]),
    area("DM", &[], &["America/Dominica"], &[767]),
    area("VC", &[], &["America/St_Vincent"], &[784]),
    area("DO", &[], &["America/Santo_Domingo"], &[809, 829, 849]),
    area("TT", &[], &["America/Port_of_Spain"], &[868]),
    area("KN", &[], &["America/St_Kitts"], &[869]),
    // In service by the library's metadata; which province it serves is not in the files.
    area("CA", &[], &[], &[273]),
    // Canadian services that belong to no province.
    area("CA", &[], &[], &[600, 622, 633]),
];
