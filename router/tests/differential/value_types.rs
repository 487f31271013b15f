//! The types of a world that have no key.

use crate::random::Random;
use crate::world::{Field, Kind, SCALARS, ValueType, World};

impl World {
    pub(crate) fn add_value(&mut self, index: usize, random: &mut Random) {
        let mut fields = Vec::new();
        for n in 0..random.between(1, 3) {
            let kind = match random.below(8) {
                0 | 1 => Kind::Entity(self.any_entity(random)),
                2 if index > 0 => Kind::Value(random.below(index)),
                _ => Kind::Scalar(SCALARS[random.below(SCALARS.len())]),
            };
            let mut field = self.field(format!("v{n}"), kind, random);
            field.required = random.percent(70);
            fields.push(field);
        }
        self.values.push(ValueType { name: format!("V{index}"), fields, split: false });
    }

    /// A shared field with a value of which each owner knows a part.
    pub(crate) fn split_value(&mut self, entity: usize, random: &mut Random) -> Option<Field> {
        let owners = random.some(&self.ordinary(), 3);
        if owners.len() < 2 || !random.percent(35) {
            return None;
        }
        let inner =
            random.percent(35).then(|| self.split_type(format!("Q{entity}"), &owners, random));
        let outer = self.split_type(format!("P{entity}"), &owners, random);
        if let Some(inner) = inner {
            let mut shared = self.field("in".to_owned(), Kind::Value(inner), random);
            shared.owners.clone_from(&owners);
            shared.required = true;
            self.values[outer].fields.push(shared);
        }
        let mut kind = Kind::Value(outer);
        if random.percent(40) {
            let other = self.split_type(format!("O{entity}"), &owners, random);
            kind = Kind::Mixed(self.add_mixed(&[outer, other], random));
        }
        let mut field = self.field("split".to_owned(), kind, random);
        field.owners = owners;
        Some(field)
    }

    pub(crate) fn split_type(
        &mut self,
        name: String,
        owners: &[usize],
        random: &mut Random,
    ) -> usize {
        let mut fields = Vec::new();
        for (n, owner) in owners.iter().enumerate() {
            let kind = match random.below(4) {
                0 => Kind::Entity(self.any_entity(random)),
                _ => Kind::Scalar(SCALARS[random.below(SCALARS.len())]),
            };
            let mut part = self.field(format!("v{n}"), kind, random);
            part.owners = vec![*owner];
            // Without it one of the subgraphs would have no such value at all.
            part.required = true;
            fields.push(part);
        }
        self.values.push(ValueType { name, fields, split: true });
        self.values.len() - 1
    }
}
