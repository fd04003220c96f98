package io.pergola.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The code on the how-to pages is the code of these tests: each block says which part of which file
 * it is.
 */
class DocumentedCodeTest {
  private static final Pattern BLOCK =
      Pattern.compile("<!-- (\\S+\\.java), (\\w+) -->\n```java\n(.*?)```", Pattern.DOTALL);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "write-a-component.md",
        "test-components.md",
        "branch-and-loop.md",
        "use-artifacts-of-other-pipelines.md"
      })
  void everyBlockIsCompiledAndTested(String page) throws IOException {
    Path root = Path.of("").toAbsolutePath();
    while (root != null && !Files.isDirectory(root.resolve("docs/how-to"))) {
      root = root.getParent();
    }
    assumeTrue(root != null, "the docs are not beside the sources");
    String text = Files.readString(root.resolve("docs/how-to").resolve(page));
    Matcher blocks = BLOCK.matcher(text);

    int compared = 0;
    while (blocks.find()) {
      Path source = root.resolve(blocks.group(1));
      assertThat(blocks.group(3))
          .as("%s, %s", blocks.group(1), blocks.group(2))
          .isEqualTo(part(Files.readString(source), blocks.group(2)));
      compared++;
    }
    assertThat(compared).as("blocks with a source").isEqualTo(text.split("```java", -1).length - 1);
  }

  private static String part(String source, String name) {
    String start = "// tag::" + name + "[]\n";
    int from = source.indexOf(start) + start.length();
    int to = source.lastIndexOf('\n', source.indexOf("// end::" + name + "[]"));
    return source.substring(from, to).stripTrailing().stripIndent().strip() + "\n";
  }
}
