//! What composition has to say: errors and hints with code, message, places and help.
//!
//! The names of the codes are those of the public list of federation error codes; tools match on
//! them.

use std::fmt;

use apollo_compiler::parser::{SourceMap, SourceSpan};

/// An error or a hint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// What kind of thing happened.
    pub code: Code,
    /// What happened, in plain words.
    pub message: String,
    /// The places that matter, in every subgraph that matters.
    pub locations: Vec<Location>,
    /// What would fix it, where that is known.
    pub help: Option<String>,
}

/// A place in the source of a subgraph.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Location {
    /// The name of the subgraph.
    pub subgraph: String,
    /// The file its SDL came from, if it came from one.
    pub file: Option<String>,
    /// Counted from 1; 0 when the place has no line, because it is the subgraph as a whole.
    pub line: usize,
    /// Counted from 1, in characters.
    pub column: usize,
}

impl Diagnostic {
    /// A diagnostic without places and help.
    pub(crate) fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), locations: Vec::new(), help: None }
    }

    /// Adds places.
    pub(crate) fn at(&mut self, locations: impl IntoIterator<Item = Location>) -> &mut Self {
        self.locations.extend(locations);
        self
    }

    /// Says what would fix it.
    pub(crate) fn help(&mut self, help: impl Into<String>) -> &mut Self {
        self.help = Some(help.into());
        self
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code.name(), self.message)?;
        for location in &self.locations {
            write!(f, "\n  at {location}")?;
        }
        match &self.help {
            Some(help) => write!(f, "\n  help: {help}"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let file = self.file.as_deref().unwrap_or(&self.subgraph);
        write!(f, "{file}:{}:{}", self.line, self.column)
    }
}

/// The errors and hints found so far.
#[derive(Debug, Default)]
pub(crate) struct Report {
    pub(crate) errors: Vec<Diagnostic>,
    pub(crate) hints: Vec<Diagnostic>,
}

impl Report {
    /// Adds an error or a hint, whichever its code is; places and help can be added to it.
    pub(crate) fn add(&mut self, code: Code, message: impl Into<String>) -> &mut Diagnostic {
        let is_error = code.level() == Level::Error;
        let list = if is_error { &mut self.errors } else { &mut self.hints };
        push(list, Diagnostic::new(code, message))
    }
}

/// The source of one subgraph: from spans of the parsed text to places people can open.
#[derive(Debug, Clone)]
pub(crate) struct Places {
    /// The name of the subgraph.
    pub(crate) subgraph: String,
    /// The file its SDL came from, if it came from one.
    pub(crate) file: Option<String>,
    /// The parsed text.
    pub(crate) sources: SourceMap,
}

impl Places {
    /// The place of a span, if it lies in this source.
    pub(crate) fn at(&self, span: Option<SourceSpan>) -> Option<Location> {
        let position = span?.line_column(&self.sources)?;
        Some(Location {
            subgraph: self.subgraph.clone(),
            file: self.file.clone(),
            line: position.line,
            column: position.column,
        })
    }
}

/// The errors found so far in one subgraph taken alone.
#[derive(Debug)]
pub(crate) struct Errors<'a> {
    pub(crate) places: &'a Places,
    pub(crate) list: Vec<Diagnostic>,
}

impl<'a> Errors<'a> {
    /// No errors yet.
    pub(crate) fn new(places: &'a Places) -> Self {
        Self { places, list: Vec::new() }
    }

    /// Adds an error; its message starts with the name of the subgraph.
    pub(crate) fn add(
        &mut self,
        code: Code,
        message: impl fmt::Display,
        span: Option<SourceSpan>,
    ) -> &mut Diagnostic {
        let message = format!("[{}] {message}", self.places.subgraph);
        push(&mut self.list, Diagnostic::new(code, message)).at(self.places.at(span))
    }

    /// The errors, if there are any.
    pub(crate) fn into_result(self) -> Result<(), Vec<Diagnostic>> {
        if self.list.is_empty() { Ok(()) } else { Err(self.list) }
    }
}

fn push(list: &mut Vec<Diagnostic>, diagnostic: Diagnostic) -> &mut Diagnostic {
    list.push(diagnostic);
    list.last_mut().expect("it was just added")
}

/// How much a diagnostic matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Only of interest to who looks for it.
    Debug,
    /// Worth knowing.
    Info,
    /// Probably not intended.
    Warn,
    /// The subgraphs do not compose.
    Error,
}

macro_rules! codes {
    ($($variant:ident $name:literal $level:ident $meaning:literal;)+) => {
        /// What kind of error or hint a diagnostic is.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $(#[doc = $meaning] $variant,)+
        }

        impl Code {
            /// Every code, errors before hints.
            pub const ALL: &[Code] = &[$(Code::$variant,)+];

            /// The code as reports and tools spell it.
            pub fn name(self) -> &'static str {
                match self { $(Code::$variant => $name,)+ }
            }

            /// Whether the code is an error, or how loud a hint it is.
            pub fn level(self) -> Level {
                match self { $(Code::$variant => Level::$level,)+ }
            }

            /// One sentence on what the code means.
            pub fn meaning(self) -> &'static str {
                match self { $(Code::$variant => $meaning,)+ }
            }
        }
    };
}

codes! {
    InvalidGraphql "INVALID_GRAPHQL" Error "Schema is not valid GraphQL (any GraphQL-level rule, unknown directive/type, bad value).";
    DirectiveDefinitionInvalid "DIRECTIVE_DEFINITION_INVALID" Error "User's own definition of a federation/spec/built-in directive is incompatible.";
    TypeDefinitionInvalid "TYPE_DEFINITION_INVALID" Error "User's own definition of a federation/spec type is incompatible.";
    UnsupportedLinkedFeature "UNSUPPORTED_LINKED_FEATURE" Error "A link names a feature or option that is not supported (gateway side; never seen from composition).";
    UnknownFederationLinkVersion "UNKNOWN_FEDERATION_LINK_VERSION" Error "Federation version in @link unknown.";
    UnknownLinkVersion "UNKNOWN_LINK_VERSION" Error "Link spec version unknown.";
    KeyFieldsHasArgs "KEY_FIELDS_HAS_ARGS" Error "@key selects a field that has arguments.";
    ProvidesFieldsHasArgs "PROVIDES_FIELDS_HAS_ARGS" Error "@provides selects a field that has arguments.";
    ProvidesFieldsMissingExternal "PROVIDES_FIELDS_MISSING_EXTERNAL" Error "@provides selects a leaf the subgraph already resolves.";
    RequiresFieldsMissingExternal "REQUIRES_FIELDS_MISSING_EXTERNAL" Error "@requires selects a leaf the subgraph already resolves.";
    KeyUnsupportedOnInterface "KEY_UNSUPPORTED_ON_INTERFACE" Error "@key on interface below federation 2.3.";
    ProvidesUnsupportedOnInterface "PROVIDES_UNSUPPORTED_ON_INTERFACE" Error "@provides on an interface field.";
    RequiresUnsupportedOnInterface "REQUIRES_UNSUPPORTED_ON_INTERFACE" Error "@requires on an interface field.";
    ExternalUnused "EXTERNAL_UNUSED" Error "@external field used by nothing.";
    ExternalCollisionWithAnotherDirective "EXTERNAL_COLLISION_WITH_ANOTHER_DIRECTIVE" Error "@external together with @provides.";
    TypeWithOnlyUnusedExternal "TYPE_WITH_ONLY_UNUSED_EXTERNAL" Error "Fed1 type left empty after removing unused externals, but referenced.";
    ProvidesOnNonObjectField "PROVIDES_ON_NON_OBJECT_FIELD" Error "@provides on a field of leaf type.";
    KeyInvalidFieldsType "KEY_INVALID_FIELDS_TYPE" Error "@key fields argument is not a string.";
    ProvidesInvalidFieldsType "PROVIDES_INVALID_FIELDS_TYPE" Error "@provides fields argument is not a string.";
    RequiresInvalidFieldsType "REQUIRES_INVALID_FIELDS_TYPE" Error "@requires fields argument is not a string.";
    KeyInvalidFields "KEY_INVALID_FIELDS" Error "@key selection invalid.";
    ProvidesInvalidFields "PROVIDES_INVALID_FIELDS" Error "@provides selection invalid.";
    RequiresInvalidFields "REQUIRES_INVALID_FIELDS" Error "@requires selection invalid, in the subgraph or against the supergraph.";
    KeyFieldsSelectInvalidType "KEY_FIELDS_SELECT_INVALID_TYPE" Error "@key selects a union or interface field.";
    KeyDirectiveInFieldsArg "KEY_DIRECTIVE_IN_FIELDS_ARG" Error "Directive inside a @key selection.";
    ProvidesDirectiveInFieldsArg "PROVIDES_DIRECTIVE_IN_FIELDS_ARG" Error "Directive inside a @provides selection.";
    RequiresDirectiveInFieldsArg "REQUIRES_DIRECTIVE_IN_FIELDS_ARG" Error "Directive inside a @requires selection.";
    RootQueryUsed "ROOT_QUERY_USED" Error "Type named Query exists but another type is the query root.";
    RootMutationUsed "ROOT_MUTATION_USED" Error "Same for Mutation.";
    RootSubscriptionUsed "ROOT_SUBSCRIPTION_USED" Error "Same for Subscription.";
    InvalidSubgraphName "INVALID_SUBGRAPH_NAME" Error "Subgraph named \"_\".";
    NoQueries "NO_QUERIES" Error "No query field anywhere.";
    InterfaceFieldNoImplem "INTERFACE_FIELD_NO_IMPLEM" Error "Merged type misses a field of a merged interface.";
    TypeKindMismatch "TYPE_KIND_MISMATCH" Error "Same name, different kinds.";
    ContextNotSet "CONTEXT_NOT_SET" Error "@fromContext context unset, or argument in an illegal place.";
    ContextInvalidSelection "CONTEXT_INVALID_SELECTION" Error "@fromContext selection invalid.";
    NoContextInSelection "NO_CONTEXT_IN_SELECTION" Error "@fromContext value without $context or selection.";
    ContextNoResolvableKey "CONTEXT_NO_RESOLVABLE_KEY" Error "Object with contextual argument has no resolvable key.";
    ContextNameInvalid "CONTEXT_NAME_INVALID" Error "Bad @context name.";
    ExternalTypeMismatch "EXTERNAL_TYPE_MISMATCH" Error "External field type incompatible with the merged type.";
    ExternalArgumentMissing "EXTERNAL_ARGUMENT_MISSING" Error "External field lacks an argument.";
    ExternalArgumentTypeMismatch "EXTERNAL_ARGUMENT_TYPE_MISMATCH" Error "External field's argument type incompatible.";
    ExternalArgumentDefaultMismatch "EXTERNAL_ARGUMENT_DEFAULT_MISMATCH" Error "External field's argument default differs.";
    ExternalOnInterface "EXTERNAL_ON_INTERFACE" Error "@external on an interface field.";
    MergedDirectiveApplicationOnExternal "MERGED_DIRECTIVE_APPLICATION_ON_EXTERNAL" Error "Merged directive on an external field.";
    FieldTypeMismatch "FIELD_TYPE_MISMATCH" Error "Incompatible field (or input field) types.";
    FieldArgumentTypeMismatch "FIELD_ARGUMENT_TYPE_MISMATCH" Error "Incompatible argument types.";
    InputFieldDefaultMismatch "INPUT_FIELD_DEFAULT_MISMATCH" Error "Different input field defaults.";
    FieldArgumentDefaultMismatch "FIELD_ARGUMENT_DEFAULT_MISMATCH" Error "Different argument defaults.";
    ExtensionWithNoBase "EXTENSION_WITH_NO_BASE" Error "Only extensions of the type exist.";
    ExternalMissingOnBase "EXTERNAL_MISSING_ON_BASE" Error "Field external in every subgraph.";
    InvalidFieldSharing "INVALID_FIELD_SHARING" Error "Several resolvers, at least one not shareable; or @shareable on a subscription field.";
    InvalidShareableUsage "INVALID_SHAREABLE_USAGE" Error "@shareable duplicated or on a non-object field.";
    InvalidLinkDirectiveUsage "INVALID_LINK_DIRECTIVE_USAGE" Error "Bad @link arguments, imports or name conflicts.";
    InvalidLinkIdentifier "INVALID_LINK_IDENTIFIER" Error "Bad link url or version.";
    LinkImportNameMismatch "LINK_IMPORT_NAME_MISMATCH" Error "Merged directive imported under different names.";
    ReferencedInaccessible "REFERENCED_INACCESSIBLE" Error "Hidden type referenced by a visible element.";
    DefaultValueUsesInaccessible "DEFAULT_VALUE_USES_INACCESSIBLE" Error "Hidden element used in a visible default value.";
    QueryRootTypeInaccessible "QUERY_ROOT_TYPE_INACCESSIBLE" Error "Query root hidden.";
    RequiredInaccessible "REQUIRED_INACCESSIBLE" Error "Hidden element is required.";
    ImplementedByInaccessible "IMPLEMENTED_BY_INACCESSIBLE" Error "Hidden element implements a visible one.";
    DisallowedInaccessible "DISALLOWED_INACCESSIBLE" Error "@inaccessible where never allowed.";
    OnlyInaccessibleChildren "ONLY_INACCESSIBLE_CHILDREN" Error "Visible type with everything inside hidden.";
    RequiredInputFieldMissingInSomeSubgraph "REQUIRED_INPUT_FIELD_MISSING_IN_SOME_SUBGRAPH" Error "Required input field not everywhere.";
    RequiredArgumentMissingInSomeSubgraph "REQUIRED_ARGUMENT_MISSING_IN_SOME_SUBGRAPH" Error "Required argument not everywhere.";
    EmptyMergedInputType "EMPTY_MERGED_INPUT_TYPE" Error "No common input field.";
    EnumValueMismatch "ENUM_VALUE_MISMATCH" Error "Input+output enum differs between subgraphs.";
    EmptyMergedEnumType "EMPTY_MERGED_ENUM_TYPE" Error "No common enum value.";
    ShareableHasMismatchedRuntimeTypes "SHAREABLE_HAS_MISMATCHED_RUNTIME_TYPES" Error "Shared field with disjoint runtime types.";
    SatisfiabilityError "SATISFIABILITY_ERROR" Error "Some API query cannot be executed.";
    OverrideFromSelfError "OVERRIDE_FROM_SELF_ERROR" Error "@override from own subgraph.";
    OverrideSourceHasOverride "OVERRIDE_SOURCE_HAS_OVERRIDE" Error "Chained @override.";
    OverrideCollisionWithAnotherDirective "OVERRIDE_COLLISION_WITH_ANOTHER_DIRECTIVE" Error "@override with external/provides/requires/interfaceObject.";
    OverrideOnInterface "OVERRIDE_ON_INTERFACE" Error "@override on an interface field.";
    OverrideLabelInvalid "OVERRIDE_LABEL_INVALID" Error "Bad @override label.";
    InvalidFederationSupergraph "INVALID_FEDERATION_SUPERGRAPH" Error "Supergraph given to a gateway is invalid (reading, not composing).";
    DirectiveCompositionError "DIRECTIVE_COMPOSITION_ERROR" Error "@composeDirective problem.";
    InterfaceObjectUsageError "INTERFACE_OBJECT_USAGE_ERROR" Error "@interfaceObject misuse.";
    InterfaceKeyNotOnImplementation "INTERFACE_KEY_NOT_ON_IMPLEMENTATION" Error "Interface key absent on an implementation.";
    InterfaceKeyMissingImplementationType "INTERFACE_KEY_MISSING_IMPLEMENTATION_TYPE" Error "Interface key but the subgraph lacks an implementation.";
    ContextualArgumentNotContextualInAllSubgraphs "CONTEXTUAL_ARGUMENT_NOT_CONTEXTUAL_IN_ALL_SUBGRAPHS" Error "Argument contextual only in some and mandatory in another.";
    CostAppliedToInterfaceField "COST_APPLIED_TO_INTERFACE_FIELD" Error "@cost on an interface field.";
    ListSizeAppliedToNonList "LIST_SIZE_APPLIED_TO_NON_LIST" Error "@listSize on, or sizedFields naming, a non-list.";
    ListSizeInvalidAssumedSize "LIST_SIZE_INVALID_ASSUMED_SIZE" Error "Negative assumedSize.";
    ListSizeInvalidSlicingArgument "LIST_SIZE_INVALID_SLICING_ARGUMENT" Error "Slicing argument missing or not Int.";
    ListSizeInvalidSizedField "LIST_SIZE_INVALID_SIZED_FIELD" Error "Sized field missing or parent not composite.";
    MaxValidationSubgraphPathsExceeded "MAX_VALIDATION_SUBGRAPH_PATHS_EXCEEDED" Error "Satisfiability search too large.";
    AuthRequirementsAppliedOnInterface "AUTH_REQUIREMENTS_APPLIED_ON_INTERFACE" Error "Auth directive on interface, its field, or interfaceObject.";
    MissingTransitiveAuthRequirements "MISSING_TRANSITIVE_AUTH_REQUIREMENTS" Error "Field with @requires/@fromContext weaker than what it reads.";
    InconsistentButCompatibleFieldType "INCONSISTENT_BUT_COMPATIBLE_FIELD_TYPE" Info "Field types differ but one is a supertype.";
    InconsistentButCompatibleArgumentType "INCONSISTENT_BUT_COMPATIBLE_ARGUMENT_TYPE" Info "Argument types differ but compatible.";
    InconsistentDefaultValuePresence "INCONSISTENT_DEFAULT_VALUE_PRESENCE" Warn "Default in only some subgraphs; dropped.";
    InconsistentEntity "INCONSISTENT_ENTITY" Info "@key in only some subgraphs.";
    InconsistentObjectValueTypeField "INCONSISTENT_OBJECT_VALUE_TYPE_FIELD" Debug "Value-type field not everywhere.";
    InconsistentInterfaceValueTypeField "INCONSISTENT_INTERFACE_VALUE_TYPE_FIELD" Debug "Keyless interface field not everywhere.";
    InconsistentInputObjectField "INCONSISTENT_INPUT_OBJECT_FIELD" Warn "Optional input field not everywhere; dropped.";
    InconsistentUnionMember "INCONSISTENT_UNION_MEMBER" Debug "Union member not everywhere.";
    InconsistentEnumValueForInputEnum "INCONSISTENT_ENUM_VALUE_FOR_INPUT_ENUM" Warn "Input enum value not everywhere; dropped.";
    InconsistentEnumValueForOutputEnum "INCONSISTENT_ENUM_VALUE_FOR_OUTPUT_ENUM" Debug "Output enum value not everywhere; kept.";
    InconsistentExecutableDirectivePresence "INCONSISTENT_EXECUTABLE_DIRECTIVE_PRESENCE" Warn "Executable directive not everywhere; dropped.";
    NoExecutableDirectiveIntersection "NO_EXECUTABLE_DIRECTIVE_INTERSECTION" Warn "No common location; dropped.";
    InconsistentExecutableDirectiveRepeatable "INCONSISTENT_EXECUTABLE_DIRECTIVE_REPEATABLE" Warn "Repeatable only in some; made non-repeatable.";
    InconsistentExecutableDirectiveLocations "INCONSISTENT_EXECUTABLE_DIRECTIVE_LOCATIONS" Warn "Locations differ; intersected.";
    InconsistentDescription "INCONSISTENT_DESCRIPTION" Warn "Different descriptions.";
    InconsistentArgumentPresence "INCONSISTENT_ARGUMENT_PRESENCE" Warn "Optional argument not everywhere; dropped.";
    FromSubgraphDoesNotExist "FROM_SUBGRAPH_DOES_NOT_EXIST" Warn "@override from an unknown subgraph.";
    OverriddenFieldCanBeRemoved "OVERRIDDEN_FIELD_CAN_BE_REMOVED" Info "Field is overridden elsewhere.";
    OverrideDirectiveCanBeRemoved "OVERRIDE_DIRECTIVE_CAN_BE_REMOVED" Info "Override no longer needed.";
    OverrideMigrationInProgress "OVERRIDE_MIGRATION_IN_PROGRESS" Info "Labelled override active.";
    UnusedEnumType "UNUSED_ENUM_TYPE" Debug "Enum never referenced.";
    InconsistentNonRepeatableDirectiveArguments "INCONSISTENT_NON_REPEATABLE_DIRECTIVE_ARGUMENTS" Warn "Differing applications; most frequent kept.";
    MergedNonRepeatableDirectiveArguments "MERGED_NON_REPEATABLE_DIRECTIVE_ARGUMENTS" Info "Differing applications merged by strategy.";
    DirectiveCompositionInfo "DIRECTIVE_COMPOSITION_INFO" Info "Compose-directive remark.";
    DirectiveCompositionWarn "DIRECTIVE_COMPOSITION_WARN" Warn "Compose-directive naming differs in a non-exporting subgraph.";
    InconsistentRuntimeTypesForShareableReturn "INCONSISTENT_RUNTIME_TYPES_FOR_SHAREABLE_RETURN" Warn "Shared abstract field, different runtime types.";
    ImplicitlyUpgradedFederationVersion "IMPLICITLY_UPGRADED_FEDERATION_VERSION" Info "Another linked spec needs a newer federation version.";
    ContextualArgumentNotContextualInAllSubgraphsHint "CONTEXTUAL_ARGUMENT_NOT_CONTEXTUAL_IN_ALL_SUBGRAPHS" Info "Argument dropped because contextual elsewhere.";
}
