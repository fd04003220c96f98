package io.pergola.metadata;

class PostgresMarksTest extends MarksContract {
  private final String location = EmbeddedPostgresServer.shared().freshDatabase();

  @Override
  MetadataStore open() {
    return MetadataStore.open(location, clock);
  }
}
