package io.pergola.metadata;

class PostgresFilterQueryTest extends FilterQueryContract {
  private final String location = EmbeddedPostgresServer.shared().freshDatabase();

  @Override
  MetadataStore open() {
    return MetadataStore.open(location, clock);
  }
}
