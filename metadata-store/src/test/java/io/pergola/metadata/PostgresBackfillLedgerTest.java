package io.pergola.metadata;

class PostgresBackfillLedgerTest extends BackfillLedgerContract {
  private final String location = EmbeddedPostgresServer.shared().freshDatabase();

  @Override
  MetadataStore open() {
    return MetadataStore.open(location, clock);
  }
}
