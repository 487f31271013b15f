//! The interfaces and unions of a world.

use crate::random::Random;
use crate::world::{ARGUMENTS, Field, Interface, Kind, Mixed, SCALARS, Union, World};

impl World {
    pub(crate) fn add_abstract(&mut self, random: &mut Random) {
        let all = (0..self.entities.len()).filter(|entity| self.inner != Some(*entity));
        let all: Vec<usize> = all.collect();
        if random.percent(70) {
            let members = random.some(&all, 3);
            // A subgraph of its own, as it must not know the members.
            let object_in = random.percent(45).then(|| self.add_subgraph());
            let also_in = object_in.and_then(|_| random.percent(40).then(|| self.add_subgraph()));
            self.add_interface(members.clone(), (object_in, also_in), random);
            if object_in.is_none() && random.percent(35) {
                let count = random.between(1, members.len());
                let members = random.some(&members, count);
                self.add_interface(members, (None, None), random);
                self.interfaces[1].implements = Some(0);
                self.interfaces[1].home = self.interfaces[0].home;
                for interface in &mut self.interfaces {
                    interface.members_in.fill(interface.members.clone());
                }
            } else if random.percent(45) {
                let count = random.between(1, all.len());
                let members = random.some(&all, count);
                let again = object_in.filter(|_| random.percent(40));
                self.add_interface(members, (again, None), random);
            }
        }
        if random.percent(60) {
            let members = random.some(&all, 3);
            let members_in = self.some_members(&members, random);
            self.unions.push(Union { name: "U0".to_owned(), members, members_in });
        }
    }

    /// By subgraph, some of the members.
    fn some_members(&self, members: &[usize], random: &mut Random) -> Vec<Vec<usize>> {
        let some = |_| match random.percent(70) {
            true => members.to_vec(),
            false => {
                let count = random.between(1, members.len());
                random.some(members, count)
            }
        };
        self.all_subgraphs().into_iter().map(some).collect()
    }

    /// Adds a union or an interface of values.
    pub(crate) fn add_mixed(&mut self, members: &[usize], random: &mut Random) -> usize {
        let is_split = members.iter().any(|member| self.values[*member].split);
        let name = format!("M{}", self.mixed.len());
        let field = (!is_split && random.percent(50)).then(|| {
            let kind = Kind::Scalar(SCALARS[random.below(SCALARS.len())]);
            let mut field = self.field(format!("m{}", self.mixed.len()), kind, random);
            (field.non_null, field.items_non_null) = (false, false);
            field.required = true;
            for member in members {
                let non_null = random.percent(40);
                self.values[*member].fields.push(Field { non_null, ..field.clone() });
            }
            field
        });
        let members_in = match is_split {
            true => vec![members.to_vec(); self.subgraph_count],
            false => self.some_members(members, random),
        };
        self.mixed.push(Mixed { name, field, members: members.to_vec(), members_in });
        self.mixed.len() - 1
    }

    /// Whether the fields of the members are owned apart.
    pub(crate) fn is_split(&self, mixed: usize) -> bool {
        self.mixed[mixed].members.iter().any(|member| self.values[*member].split)
    }

    fn add_subgraph(&mut self) -> usize {
        self.subgraph_count += 1;
        self.subgraph_count - 1
    }

    fn add_interface(
        &mut self,
        members: Vec<usize>,
        (object_in, also_in): (Option<usize>, Option<usize>),
        random: &mut Random,
    ) {
        let index = self.interfaces.len();
        let letter = if index == 0 { 'i' } else { 'j' };
        let mut fields = Vec::new();
        for n in 0..random.between(0, 3) {
            let kind = match random.below(8) {
                _ if n == 0 => Kind::Scalar("String"),
                0 => Kind::Entity(self.any_entity(random)),
                1 if !self.values.is_empty() => Kind::Value(random.below(self.values.len())),
                2 if index > 0 => Kind::Interface(0),
                3 => Kind::WithArguments,
                _ => Kind::Scalar(SCALARS[random.below(SCALARS.len())]),
            };
            let mut field = self.field(format!("{letter}{n}"), kind, random);
            field.list &= n > 0;
            (field.non_null, field.items_non_null) = (false, false);
            if field.kind == Kind::WithArguments {
                field.arguments = ARGUMENTS[random.below(ARGUMENTS.len())];
            }
            fields.push(field);
        }
        let home = random.below(2);
        let mut members_in = match object_in {
            Some(_) => vec![members.clone(); self.subgraph_count],
            None => self.some_members(&members, random),
        };
        members_in[home] = members.clone();
        let name = format!("I{index}");
        self.interfaces.push(Interface {
            name,
            members,
            members_in,
            fields,
            is_keyed: random.percent(30),
            implements: None,
            object_in,
            also_in,
            home,
        });
    }

    /// The fields that an entity has because of its interfaces; and where the first ones are.
    pub(crate) fn interface_fields(
        &self,
        entity: usize,
        random: &mut Random,
    ) -> (Vec<Field>, Vec<(String, usize)>) {
        let (mut fields, mut homes) = (Vec::new(), Vec::new());
        for interface in self.interfaces.iter().filter(|i| i.members.contains(&entity)) {
            for (number, template) in interface.fields.iter().enumerate() {
                let mut field = self.field(template.name.clone(), template.kind.clone(), random);
                // An object may promise more than its interface.
                field.non_null &= !matches!(field.kind, Kind::WithArguments);
                (field.list, field.nested) = (template.list, template.nested);
                field.arguments = template.arguments;
                if let Kind::Interface(general) = field.kind
                    && random.percent(50)
                {
                    field.kind = Kind::Entity(*random.pick(&self.interfaces[general].members));
                }
                if number == 0 {
                    field.required = true;
                    homes.push((template.name.clone(), interface.home));
                }
                fields.push(field);
            }
        }
        (fields, homes)
    }

    /// The members of an abstract type that all of these subgraphs know.
    pub(crate) fn common_members(&self, kind: &Kind, subgraphs: &[usize]) -> Option<Vec<usize>> {
        let (members, members_in) = match kind {
            Kind::Interface(index) => {
                let interface = &self.interfaces[*index];
                (&interface.members, &interface.members_in)
            }
            Kind::Union(index) => (&self.unions[*index].members, &self.unions[*index].members_in),
            Kind::Mixed(index) => (&self.mixed[*index].members, &self.mixed[*index].members_in),
            _ => return None,
        };
        let known = |member: &usize| subgraphs.iter().all(|s| members_in[*s].contains(member));
        Some(members.iter().copied().filter(known).collect())
    }
}
