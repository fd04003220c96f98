package io.pergola.schedule;

import io.pergola.metadata.EmbeddedPostgresServer;
import io.pergola.metadata.MetadataStore;

class PostgresRaceTest extends RaceContract {
  private final String location = EmbeddedPostgresServer.shared().freshDatabase();

  @Override
  MetadataStore open() {
    return MetadataStore.open(location, clock);
  }
}
