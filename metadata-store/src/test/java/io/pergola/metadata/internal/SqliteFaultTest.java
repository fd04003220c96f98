package io.pergola.metadata.internal;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class SqliteFaultTest extends JdbcFaultContract {
  @TempDir Path folder;
  private int databases;

  @Override
  Dialect fresh() {
    return new SqliteDialect(folder.resolve("m" + databases++ + ".db"));
  }

  @Override
  int stride() {
    return 3;
  }
}
