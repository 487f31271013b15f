//! The directives of connectors, by which a subgraph is made of HTTP endpoints. All versions have
//! the same; what they mean is not the business of this crate.

/// The definitions of the specification.
pub const DEFINITIONS: &str = "
directive @connect(source: String, id: String, http: ConnectHTTP, batch: ConnectBatch, errors: ConnectorErrors, isSuccess: JSONSelection, selection: JSONSelection!, entity: Boolean = false) repeatable on FIELD_DEFINITION | OBJECT
directive @source(name: String!, http: SourceHTTP!, errors: ConnectorErrors, isSuccess: JSONSelection) repeatable on SCHEMA
scalar JSONSelection
scalar URLPathTemplate
input ConnectHTTP {
  GET: URLPathTemplate
  POST: URLPathTemplate
  PUT: URLPathTemplate
  PATCH: URLPathTemplate
  DELETE: URLPathTemplate
  body: JSONSelection
  headers: [HTTPHeaderMapping!]
  path: JSONSelection
  queryParams: JSONSelection
}
input SourceHTTP {
  baseURL: String!
  headers: [HTTPHeaderMapping!]
  path: JSONSelection
  queryParams: JSONSelection
}
input HTTPHeaderMapping {
  name: String!
  from: String
  value: String
}
input ConnectBatch {
  maxSize: Int
}
input ConnectorErrors {
  message: JSONSelection
  extensions: JSONSelection
}
";
