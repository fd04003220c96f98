package io.pergola.run;

import io.pergola.metadata.EmbeddedPostgresServer;
import java.nio.file.Path;

class PostgresCachingTest extends CachingTest {
  private final String location = EmbeddedPostgresServer.shared().freshDatabase();

  @Override
  Workspace open(Path home) {
    return Workspace.open(home, location);
  }
}
