package io.pergola.metadata;

class PostgresScheduleLedgerTest extends ScheduleLedgerContract {
  private final String location = EmbeddedPostgresServer.shared().freshDatabase();

  @Override
  MetadataStore open() {
    return MetadataStore.open(location, clock);
  }
}
