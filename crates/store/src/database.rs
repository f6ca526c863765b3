//! Opening the file, its format, its binding to one stack, and the lock that keeps two runs apart.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sqlx::Row as _;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteRow,
    SqliteSynchronous,
};

use crate::error::{Doing as _, Error};

/// What makes each format of the last: its statements, and how the file is marked with it.
const FORMATS: [(&str, &str); 18] = [
    (include_str!("schema.sql"), "PRAGMA user_version = 1"),
    (include_str!("schema_holds.sql"), "PRAGMA user_version = 2"),
    (include_str!("schema_ends.sql"), "PRAGMA user_version = 3"),
    (
        include_str!("schema_fetches.sql"),
        "PRAGMA user_version = 4",
    ),
    (
        include_str!("schema_addresses.sql"),
        "PRAGMA user_version = 5",
    ),
    (include_str!("schema_public.sql"), "PRAGMA user_version = 6"),
    (
        include_str!("schema_waivers.sql"),
        "PRAGMA user_version = 7",
    ),
    (
        include_str!("schema_milestones.sql"),
        "PRAGMA user_version = 8",
    ),
    (
        include_str!("schema_disregards.sql"),
        "PRAGMA user_version = 9",
    ),
    (
        include_str!("schema_where_used.sql"),
        "PRAGMA user_version = 10",
    ),
    (
        include_str!("schema_console.sql"),
        "PRAGMA user_version = 11",
    ),
    (
        include_str!("schema_alerts.sql"),
        "PRAGMA user_version = 12",
    ),
    (
        include_str!("schema_milestone_origin.sql"),
        "PRAGMA user_version = 13",
    ),
    (
        include_str!("schema_calendar_feeds.sql"),
        "PRAGMA user_version = 14",
    ),
    (
        include_str!("schema_probes.sql"),
        "PRAGMA user_version = 15",
    ),
    (
        include_str!("schema_write_backs.sql"),
        "PRAGMA user_version = 16",
    ),
    (
        include_str!("schema_launch_kits.sql"),
        "PRAGMA user_version = 17",
    ),
    (
        include_str!("schema_stages.sql"),
        "PRAGMA user_version = 18",
    ),
];

/// The newest format this version reads and writes.
const FORMAT: i64 = 18;

/// The state file, open. Clones share it.
#[derive(Clone, Debug)]
pub struct Store {
    pub(crate) pool: SqlitePool,
    path: PathBuf,
    _lock: Option<Arc<File>>,
}

/// A statement with its values.
pub(crate) type Statement<'a> = sqlx::query::Query<'a, sqlx::Sqlite, sqlx::sqlite::SqliteArguments>;

impl Store {
    /// Opens the file for a run that may write, creating it if absent, and takes the lock beside it.
    ///
    /// `stack` is the stack's API key, `branch` its branch; a file serves one of each for ever.
    ///
    /// # Errors
    /// When the file cannot be opened, is newer, belongs to another stack, or another run holds the lock.
    pub async fn open(path: &Path, stack: &str, branch: &str) -> Result<Self, Error> {
        let lock = take_lock(path)?;
        let mut store = Self::connect(path).await?;
        store._lock = Some(Arc::new(lock));
        store.bind(stack, branch).await?;
        Ok(store)
    }

    /// Opens the file for reading beside a run that may be under way. A file that does not exist yet is made, empty.
    ///
    /// # Errors
    /// As [`Store::open`], but never for the lock.
    pub async fn open_beside(path: &Path, stack: &str, branch: &str) -> Result<Self, Error> {
        let store = Self::connect(path).await?;
        store.bind(stack, branch).await?;
        Ok(store)
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Every row of a query, each made into what it stands for. One that makes no sense fails them all.
    pub(crate) async fn read<T>(
        &self,
        query: &'static str,
        kept: fn(&SqliteRow) -> Result<T, sqlx::Error>,
        doing: &'static str,
    ) -> Result<Vec<T>, Error> {
        let rows = sqlx::query(query).fetch_all(&self.pool).await;
        let rows = rows.doing(doing)?;
        rows.iter().map(kept).collect::<Result<_, _>>().doing(doing)
    }

    async fn connect(path: &Path) -> Result<Self, Error> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(std::time::Duration::from_secs(10));
        let open = |source| Error::Open {
            path: path.to_owned(),
            source,
        };
        let pool = SqlitePoolOptions::new()
            .max_connections(1)
            .connect_with(options)
            .await
            .map_err(open)?;
        let store = Self {
            pool,
            path: path.to_owned(),
            _lock: None,
        };
        store.migrate().await?;
        Ok(store)
    }

    async fn migrate(&self) -> Result<(), Error> {
        let open = |source| Error::Open {
            path: self.path.clone(),
            source,
        };
        let row = sqlx::query("PRAGMA user_version")
            .fetch_one(&self.pool)
            .await
            .map_err(open)?;
        let found: i64 = row.get(0);
        if found > FORMAT {
            return Err(Error::Newer {
                path: self.path.clone(),
                found,
                known: FORMAT,
            });
        }
        if found < FORMAT {
            self.bring_up_to_date().await?;
        }
        Ok(())
    }

    /// Makes the newest format of what is there. The write lock is taken before the format is read, so
    /// that of two processes one does it and the other finds it done.
    async fn bring_up_to_date(&self) -> Result<(), Error> {
        const DOING: &str = "bringing the state file up to date";
        let begun = self.pool.begin_with("BEGIN IMMEDIATE").await;
        let mut transaction = begun.doing(DOING)?;
        let row = sqlx::query("PRAGMA user_version")
            .fetch_one(&mut *transaction)
            .await
            .doing(DOING)?;
        let done = usize::try_from(row.get::<i64, _>(0)).unwrap_or_default();
        for (statements, mark) in FORMATS.into_iter().skip(done) {
            for sql in [statements, mark] {
                sqlx::raw_sql(sql)
                    .execute(&mut *transaction)
                    .await
                    .doing(DOING)?;
            }
        }
        transaction.commit().await.doing(DOING)
    }

    async fn bind(&self, stack: &str, branch: &str) -> Result<(), Error> {
        sqlx::query("INSERT OR IGNORE INTO binding (only_row, stack, branch) VALUES (1, ?, ?)")
            .bind(stack)
            .bind(branch)
            .execute(&self.pool)
            .await
            .doing("binding the state file to its stack")?;
        let row = sqlx::query("SELECT stack, branch FROM binding")
            .fetch_one(&self.pool)
            .await
            .doing("reading which stack the state file belongs to")?;
        let (bound_stack, bound_branch): (String, String) = (row.get(0), row.get(1));
        if bound_stack == stack && bound_branch == branch {
            return Ok(());
        }
        Err(Error::OtherStack {
            path: self.path.clone(),
            bound: format!("stack {bound_stack}, branch {bound_branch}"),
            asked: format!("stack {stack}, branch {branch}"),
        })
    }
}

/// An advisory lock that the system releases with the process, however it ends.
fn take_lock(path: &Path) -> Result<File, Error> {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    let lock_path = PathBuf::from(name);
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&lock_path)
        .map_err(|source| Error::Lock {
            path: lock_path.clone(),
            source,
        })?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(std::fs::TryLockError::WouldBlock) => Err(Error::Busy { path: lock_path }),
        Err(std::fs::TryLockError::Error(source)) => Err(Error::Lock {
            path: lock_path,
            source,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::milestones::Origin;

    /// What a file of each format may hold that one of the format before could not.
    const HELD: [&str; FORMATS.len()] = [
        "INSERT INTO url VALUES ('book', 'consonance:work:1', '/books/salt')",
        "INSERT INTO hold (id, work_key, until, reason, placed_by, placed_at) VALUES
           ('01890a5d-ac96-774b-bcce-b302099a8057', 'consonance:work:1', '2027-01-01T00:00:00Z', 'a claim', 'ida',
            '2026-11-24T12:00:00Z')",
        "INSERT INTO scheduled_end VALUES ('book', 'consonance:work:1', 'production', 'en-gb', '2027-01-15T00:00:00Z')",
        "INSERT INTO failed_fetch VALUES ('https://files.example/1.jpg', '', 2, '2026-11-24T12:00:00Z', 'gone')",
        "INSERT INTO address_change VALUES
           ('1', 'book', 'consonance:work:1', '/books/old', '/books/salt', 'a name', 'ida', '2026-11-24T12:00:00Z')",
        "INSERT INTO public_address VALUES ('/books/sand')",
        "INSERT INTO waiver (id, rule, until, reason, requested_by, requested_at) VALUES
           ('01890a5d-ac96-774b-bcce-b302099a8058', 'cover', '2027-01-01T00:00:00Z', 'soon', 'ida',
            '2026-11-24T12:00:00Z')",
        "INSERT INTO milestone (work_key, name, read_at) VALUES
           ('consonance:work:1', 'Cover approved', '2026-11-24T12:00:00Z')",
        "INSERT INTO disregard VALUES
           ('consonance-onix:rejected:1', 'ab', 'full.xml line 3', 'a test record', 'ida', '2026-11-24T12:00:00Z')",
        "INSERT INTO module_reading VALUES (1, '2026-11-24T12:00:00Z')",
        "INSERT INTO account VALUES ('ida', 'admin', 'hash', '2026-11-24T12:00:00Z')",
        "INSERT INTO alert VALUES ('cover consonance:work:1 uk', '{}')",
        "INSERT INTO milestone (work_key, name, read_at, origin) VALUES
           ('consonance:work:1', 'Production run: 1', '2026-11-24T12:00:00Z', 'consonance')",
        "INSERT INTO calendar_feed (token_hash, account, made_at) VALUES ('hash', 'ida', '2026-11-24T12:00:00Z')",
        "INSERT INTO page_probe VALUES ('consonance:work:1', 'uk', '2026-11-24T12:00:00Z', '{}')",
        "INSERT INTO written_link VALUES ('01890a5d-ac96-774b-bcce-b302099a8059', 'consonance:work:1', 'uk', 1,
           'https://books.example/salt', 'live', NULL, 'intent', 'ida', '2026-11-24T12:00:00Z')",
        "INSERT INTO launch_kit VALUES ('consonance:work:1', 'campaign_page', 'Launch: Salt', '2026-11-24T12:00:00Z', NULL)",
        "INSERT INTO stage VALUES ('book', 'consonance:work:1', 'en-gb', 'cleared')",
    ];

    /// A file of an earlier format, made step by step as the versions of that time made it, with a row of each kind.
    async fn file_of(format: usize, path: &Path) {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true);
        let old = SqlitePoolOptions::new()
            .connect_with(options)
            .await
            .unwrap();
        for ((statements, mark), held) in FORMATS.into_iter().zip(HELD).take(format) {
            for sql in [statements, mark, held] {
                sqlx::raw_sql(sql).execute(&old).await.unwrap();
            }
        }
        old.close().await;
    }

    #[tokio::test]
    async fn a_file_of_any_earlier_format_is_brought_up_to_date_and_keeps_what_it_holds() {
        let folder = tempfile::tempdir().unwrap();
        for format in 1..=FORMATS.len() {
            let path = folder.path().join(format!("{format}.db"));
            file_of(format, &path).await;
            let store = Store::open(&path, "stack", "main").await.unwrap();
            let ledger = store.ledger().await.unwrap();
            let milestones = store.milestones().await.unwrap();
            let of_imports = milestones.iter().filter(|one| one.origin == Origin::Import);
            let imported = of_imports.count();
            let held = [
                ledger.urls.len(),
                store.holds().await.unwrap().len(),
                ledger.ends.len(),
                ledger.failed_fetches.len(),
                store.address_changes().await.unwrap().len(),
                usize::from(ledger.public_addresses.contains("/books/sand")),
                store.waivers().await.unwrap().len(),
                imported,
                store.disregards().await.unwrap().len(),
                usize::from(store.where_used().await.unwrap().is_some()),
                store.accounts().await.unwrap().len(),
                store.alerts().await.unwrap().alerts.len(),
                milestones.len() - imported,
                usize::from(store.calendar_feed("hash").await.unwrap().is_some()),
                store.probes().await.unwrap().len(),
                store.written_links().await.unwrap().len(),
                store.kits().await.unwrap().len(),
                ledger.stages.len(),
            ];
            let due = std::array::from_fn(|at| usize::from(at < format));
            assert_eq!(held, due, "of format {format}");
            // An address that was made, and one that was left after it was made, were made for public pages.
            let made = if format < 5 {
                "/books/salt"
            } else {
                "/books/old"
            };
            assert!(
                format > 5 || ledger.public_addresses.contains(made),
                "of format {format}: {:?}",
                ledger.public_addresses
            );
            let row = sqlx::query("PRAGMA user_version")
                .fetch_one(&store.pool)
                .await
                .unwrap();
            assert_eq!(row.get::<i64, _>(0), FORMAT, "of format {format}");
        }
    }
}
