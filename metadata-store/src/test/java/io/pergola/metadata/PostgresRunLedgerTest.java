package io.pergola.metadata;

class PostgresRunLedgerTest extends RunLedgerContract {
  private final String location = EmbeddedPostgresServer.shared().freshDatabase();

  @Override
  MetadataStore open() {
    return MetadataStore.open(location, clock);
  }
}
