//! How well fields of study are recognised, on labels written by somebody who saw neither the
//! tables nor the code (`tests/labelled/majors.tsv`).

use telltale::reference::major;

/// The least confidence at which a rule judges a field.
const SURE: f64 = 0.9;

#[test]
fn fields_of_study_are_recognised_as_people_write_them() {
    for (split, least_recall) in [("dev", 0.95), ("held", 0.94)] {
        let (mut sure, mut right, mut nameable) = (0_u32, 0_u32, 0_u32);
        let (mut wrong, mut missed) = (Vec::new(), Vec::new());
        for line in include_str!("../labelled/majors.tsv").lines().skip(2) {
            let cells: Vec<&str> = line.split('\t').collect();
            let [of, written, expected, _] = cells[..] else {
                panic!("four cells are expected: {line}");
            };
            if of != split {
                continue;
            }
            let found = major::look_up(written).filter(|major| major.confidence >= SURE);
            let codes: Vec<u16> = found
                .iter()
                .flat_map(|major| major.fields.codes())
                .collect();
            let wanted: Vec<u16> = expected.split(' ').filter_map(major::code).collect();
            nameable += u32::from(!wanted.is_empty());
            let Some(found) = found else {
                if !wanted.is_empty() {
                    missed.push(written);
                }
                continue;
            };
            sure += 1;
            // A set must hold every code under which the award may be reported, and not everything.
            let fits = !wanted.is_empty()
                && wanted.iter().all(|code| codes.contains(code))
                && found.fields.families().count_ones() <= 12;
            right += u32::from(fits);
            if !fits {
                wrong.push(format!(
                    "{written}: {expected}, not {} {codes:?}",
                    found.name
                ));
            }
        }
        let precision = f64::from(right) / f64::from(sure);
        let recall = f64::from(right) / f64::from(nameable);
        println!("majors, {split}: {sure} sure, precision {precision:.4}, recall {recall:.4}");
        println!("missed: {missed:?}");
        assert!(precision >= 0.99, "{precision:.4}: {wrong:#?}");
        assert!(recall >= least_recall, "{recall:.4}: {missed:#?}");
    }
}
