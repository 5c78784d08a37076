//! Records of one person put together, the surest first; a weak bridge between two groups joins
//! nobody.

use std::collections::HashMap;

/// Records of one person that are all asked before another joins them.
const ASKED: usize = 24;

/// Puts records together along edges, `(log odds, a, b)`, as long as those of both groups are on
/// average more likely of one person than not. `odds` tells the log odds of any two. Returns each
/// record's cluster, named after its first record.
pub(super) fn clusters(
    records: usize,
    edges: &mut [(f64, u32, u32)],
    mut odds: impl FnMut(u32, u32) -> f64,
) -> Vec<u32> {
    edges.sort_unstable_by(|x, y| y.0.total_cmp(&x.0).then((x.1, x.2).cmp(&(y.1, y.2))));
    let mut cluster: Vec<u32> = (0_u32..).take(records).collect();
    let mut members: HashMap<u32, Vec<u32>> = HashMap::new();
    for (sure, a, b) in edges.iter().copied() {
        let (left, right) = (cluster[a as usize], cluster[b as usize]);
        if left == right {
            continue;
        }
        let alone = |one: u32| vec![one];
        let ours = members.remove(&left).unwrap_or_else(|| alone(left));
        let theirs = members.remove(&right).unwrap_or_else(|| alone(right));
        let (mut sum, mut asked) = (0.0, 0.0);
        if ours.len() == 1 && theirs.len() == 1 {
            (sum, asked) = (sure, 1.0);
        } else {
            for x in ours.iter().take(ASKED) {
                for y in theirs.iter().take(ASKED) {
                    sum += odds(*x.min(y), *x.max(y)).clamp(-LOUDEST, LOUDEST);
                    asked += 1.0;
                }
            }
        }
        if sum / asked > 0.0 {
            let into = left.min(right);
            let mut all = ours;
            all.extend(theirs);
            all.sort_unstable();
            for one in &all {
                cluster[*one as usize] = into;
            }
            members.insert(into, all);
        } else {
            members.insert(left, ours);
            members.insert(right, theirs);
        }
    }
    cluster
}

/// No single pair speaks louder, in log odds: 1 in 20,000.
const LOUDEST: f64 = 10.0;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_weak_bridge_joins_nobody() {
        // 0, 1, 2 are one person and 3, 4, 5 another; 2 and 3 look alike.
        let same = |a: u32, b: u32| match (a, b) {
            (2, 3) => 3.0,
            _ if (a < 3) == (b < 3) => 8.0,
            _ => -8.0,
        };
        let mut edges: Vec<(f64, u32, u32)> = (0..6)
            .flat_map(|a| (a + 1..6).map(move |b| (same(a, b), a, b)))
            .filter(|edge| edge.0 > 0.0)
            .collect();
        assert_eq!(clusters(6, &mut edges, same), [0, 0, 0, 3, 3, 3]);
        assert_eq!(clusters(2, &mut [], same), [0, 1]);
    }
}
