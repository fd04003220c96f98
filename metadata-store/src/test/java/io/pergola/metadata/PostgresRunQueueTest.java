package io.pergola.metadata;

class PostgresRunQueueTest extends RunQueueContract {
  private final String location = EmbeddedPostgresServer.shared().freshDatabase();

  @Override
  MetadataStore open() {
    return MetadataStore.open(location, clock);
  }
}
