//! The databases of the four services: SQLite files, or databases of a PostgreSQL server.

use std::path::{Path, PathBuf};
use std::process::Command;

pub(crate) const SERVICES: [&str; 4] = ["employees", "customers", "courses", "addresses"];

/// Four databases, gone when dropped.
pub(crate) struct Databases {
    pub(crate) folder: tempfile::TempDir,
    server: Option<(String, String)>,
}

impl Databases {
    pub(crate) fn sqlite() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), server: None }
    }

    /// On the server that `TEST_DATABASE_URL` names, if it does.
    pub(crate) fn postgresql() -> Option<Self> {
        let url = std::env::var("TEST_DATABASE_URL").ok().filter(|url| !url.is_empty())?;
        let folder = tempfile::tempdir().unwrap();
        let suffix = folder.path().file_name().unwrap().to_string_lossy().to_lowercase();
        let suffix = suffix.chars().filter(char::is_ascii_alphanumeric).collect::<String>();
        let databases = Self { folder, server: Some((url, suffix)) };
        for service in SERVICES {
            databases.psql(&format!("CREATE DATABASE {}", databases.name(service)));
        }
        Some(databases)
    }

    fn name(&self, service: &str) -> String {
        let suffix = self.server.as_ref().map_or("", |(_, suffix)| suffix);
        format!("e2e_{service}_{suffix}")
    }

    fn file(&self, service: &str) -> PathBuf {
        self.folder.path().join(format!("{service}.db"))
    }

    /// What the service is told.
    pub(crate) fn url(&self, service: &str) -> String {
        match &self.server {
            None => format!("sqlite:{}", self.file(service).display()),
            Some((url, _)) => self.with_database(url, &self.name(service)),
        }
    }

    fn with_database(&self, url: &str, database: &str) -> String {
        let (server, _) = url.rsplit_once('/').unwrap();
        format!("{server}/{database}")
    }

    /// Whether a text is anywhere in a service's own database.
    pub(crate) fn contain(&self, service: &str, text: &str) -> bool {
        match &self.server {
            None => is_in_sqlite(&self.file(service), text),
            Some((url, _)) => {
                let url = self.with_database(url, &self.name(service));
                let dump = Command::new("pg_dump").args(["--data-only", &url]).output().unwrap();
                assert!(dump.status.success(), "{}", String::from_utf8_lossy(&dump.stderr));
                String::from_utf8_lossy(&dump.stdout).contains(text)
            }
        }
    }

    fn psql(&self, statement: &str) {
        let (url, _) = self.server.as_ref().unwrap();
        let run = Command::new("psql").args(["--quiet", "--command", statement, url]).output();
        let run = run.unwrap();
        assert!(run.status.success(), "{statement}: {}", String::from_utf8_lossy(&run.stderr));
    }
}

impl Drop for Databases {
    fn drop(&mut self) {
        if self.server.is_some() {
            for service in SERVICES {
                self.psql(&format!("DROP DATABASE {} WITH (FORCE)", self.name(service)));
            }
        }
    }
}

/// SQLite keeps text as it is, in the file or in the log that is written ahead of it.
fn is_in_sqlite(file: &Path, text: &str) -> bool {
    let log = PathBuf::from(format!("{}-wal", file.display()));
    [file, &log].iter().any(|file| {
        let bytes = std::fs::read(file).unwrap_or_default();
        bytes.windows(text.len()).any(|window| window == text.as_bytes())
    })
}
