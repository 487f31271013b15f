//! The root fields of a world.

use crate::random::Random;
use crate::world::{Field, Kind, World};

impl World {
    pub(crate) fn add_roots(&mut self, random: &mut Random) {
        let mut kinds: Vec<(String, Kind)> = Vec::new();
        for (index, entity) in self.entities.iter().enumerate() {
            if self.inner == Some(index) {
                continue;
            }
            kinds.push((entity.name.clone(), Kind::Entity(index)));
        }
        for (index, value) in self.values.iter().enumerate().filter(|(_, value)| !value.split) {
            kinds.push((value.name.clone(), Kind::Value(index)));
        }
        for (index, interface) in self.interfaces.iter().enumerate() {
            kinds.push((interface.name.clone(), Kind::Interface(index)));
        }
        for (index, union) in self.unions.iter().enumerate() {
            kinds.push((union.name.clone(), Kind::Union(index)));
        }
        for index in (0..self.mixed.len()).filter(|index| !self.is_split(*index)) {
            kinds.push((self.mixed[index].name.clone(), Kind::Mixed(index)));
        }
        let ordinary = self.ordinary();
        for (name, kind) in kinds {
            let mut all = self.field(format!("all{name}"), kind.clone(), random);
            (all.list, all.owners) = (true, random.some(&ordinary, all.owners.len()));
            self.with_common_members(&mut all);
            if let Kind::Interface(interface) = all.kind {
                all.owners = vec![self.interfaces[interface].home];
            }
            self.queries.push(all);
            if matches!(kind, Kind::Entity(_)) && random.percent(60) {
                let mut one = self.field(format!("one{name}"), kind, random);
                (one.list, one.non_null) = (false, false);
                one.owners = random.some(&ordinary, one.owners.len());
                self.queries.push(one);
            }
        }
        for (index, interface) in self.interfaces.iter().enumerate() {
            if let Some(subgraph) = interface.object_in {
                let name = format!("objects{}", if index == 0 { "" } else { "1" });
                let mut all = self.field(name, Kind::Interface(index), random);
                (all.list, all.owners) = (true, vec![subgraph]);
                let name = all.name.replace("objects", "object");
                let one = Field { name, list: false, non_null: false, ..all.clone() };
                self.queries.extend([all, one]);
            }
        }
        for n in 0..random.below(3) {
            let owners = random.some(&ordinary, 3);
            if owners.len() > 1 {
                let value = self.split_type(format!("R{n}"), &owners, random);
                let mut root = self.field(format!("root{n}"), Kind::Value(value), random);
                (root.list, root.owners) = (true, owners);
                self.queries.push(root);
            }
        }
        self.query_names = vec!["Query"; self.subgraph_count];
        if random.percent(20) {
            self.query_names[random.below(2)] = "Root";
        }
        if random.percent(40) {
            for n in 0..random.between(1, 4) {
                let mut mutation = self.field(format!("m{n}"), Kind::Done, random);
                (mutation.list, mutation.non_null) = (false, false);
                mutation.owners = random.some(&ordinary, mutation.owners.len());
                self.mutations.push(mutation);
            }
        }
    }
}
