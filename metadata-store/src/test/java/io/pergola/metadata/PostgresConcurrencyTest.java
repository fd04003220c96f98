package io.pergola.metadata;

class PostgresConcurrencyTest extends ConcurrencyContract {
  private final String location = EmbeddedPostgresServer.shared().freshDatabase();

  @Override
  MetadataStore open() {
    return MetadataStore.open(location, clock);
  }
}
