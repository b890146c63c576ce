//! Rows that belong together: those of a person, an account or the like.

use std::collections::HashMap;

/// The rows in units that go to one part of a split or one fold: those of a group together, all others alone, in the order of their first
/// rows. `group` has one number a row, or is empty.
pub fn units(rows: usize, group: &[Option<u32>]) -> Vec<Vec<usize>> {
    let mut units: Vec<Vec<usize>> = Vec::with_capacity(rows);
    let mut unit_of: HashMap<u32, usize> = HashMap::new();
    for row in 0..rows {
        let unit = match group.get(row).copied().flatten() {
            Some(group) => *unit_of.entry(group).or_insert(units.len()),
            None => units.len(),
        };
        match units.get_mut(unit) {
            Some(unit) => unit.push(row),
            None => units.push(vec![row]),
        }
    }
    units
}

#[cfg(test)]
mod tests {
    use super::units;

    #[test]
    fn groups_stay_together_and_others_stand_alone() {
        let group = [Some(7), None, Some(3), Some(7), None, Some(3)];
        let expect: [&[usize]; 4] = [&[0, 3], &[1], &[2, 5], &[4]];
        assert_eq!(units(6, &group), expect);
        assert_eq!(units(2, &[]), [[0], [1]]);
    }
}
