package io.pergola.cli;

import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;

/** Carries out command lines in a workspace of the test's own. */
abstract class CliFixture {
  @TempDir Path folder;

  /** What a command line gave. */
  record Answer(int code, String out, String err) {}

  Path home() {
    return folder.resolve("home");
  }

  /** Carries out a command in this test's workspace. */
  Answer pergola(String... arguments) {
    return plain(
        Stream.concat(Arrays.stream(arguments), Stream.of("--home=" + home()))
            .toArray(String[]::new));
  }

  /** Works beside the test, in a thread of its own: a common pool may have only one. */
  static <T> CompletableFuture<T> beside(Supplier<T> work) {
    return CompletableFuture.supplyAsync(work, task -> new Thread(task, "beside").start());
  }

  static Answer plain(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code = Commands.execute(Console.to(out, err), arguments);
    return new Answer(code, out.toString(), err.toString());
  }

  Answer sail(String mood) {
    return pergola("run", "acme.Harbour", "--boats=10", "--mood=" + mood);
  }
}
