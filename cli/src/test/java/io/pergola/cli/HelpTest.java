package io.pergola.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class HelpTest extends CliFixture {
  private static CommandLine line() {
    return Commands.line(Console.to(new StringWriter(), new StringWriter()));
  }

  @Test
  void theMainHelpListsTheCommands() throws Exception {
    try (InputStream golden = HelpTest.class.getResourceAsStream("help.txt")) {
      String expected = new String(golden.readAllBytes(), StandardCharsets.UTF_8);
      assertThat(plain("--help").out()).isEqualTo(expected);
      assertThat(plain().out()).isEqualTo(expected);
      assertThat(plain("help").out()).isEqualTo(expected);
    }
  }

  @Test
  void theMainHelpHasEveryCommandThatIsNotHiddenOnceUnderAHeading() {
    String help = plain("--help").out();
    for (Map.Entry<String, CommandLine> command : line().getSubcommands().entrySet()) {
      boolean hidden = command.getValue().getCommandSpec().usageMessage().hidden();
      assertThat(help.lines().filter(text -> text.startsWith("  " + command.getKey() + " ")))
          .as(command.getKey())
          .hasSize(hidden ? 0 : 1);
    }
    assertThat(help.substring(help.indexOf("\nThis program:")))
        .as("commands that CommandSections does not name are listed last")
        .startsWith("\nThis program:\n  completion ")
        .containsPattern("completion .*\\n  help .*\\n\\nBegin with");
  }

  @Test
  void everyCommandHasHelpThatNamesItsOptions() {
    for (Map.Entry<String, CommandLine> command : line().getSubcommands().entrySet()) {
      if (command.getKey().equals("help")) {
        continue;
      }
      Answer answer = plain(command.getKey(), "--help");
      assertThat(answer.code()).as(command.getKey()).isZero();
      assertThat(answer.out()).startsWith("Usage: pergola " + command.getKey());
      for (CommandLine.Model.OptionSpec option : command.getValue().getCommandSpec().options()) {
        assertThat(answer.out()).contains(option.longestName());
        assertThat(option.description()).as(option.longestName()).isNotEmpty();
      }
      assertThat(plain("help", command.getKey()).out()).isEqualTo(answer.out());
      assertThat(answer.out().lines()).allMatch(text -> text.length() <= 100);
    }
  }

  @Test
  void anUnknownCommandOrOptionIsAnsweredWithTheNearest() {
    Answer command = plain("statistic");
    assertThat(command.code()).isEqualTo(2);
    assertThat(command.err()).startsWith("error: ").contains("'statistic'").contains("statistics?");
    assertThat(command.err().lines()).hasSize(1);
    Answer option = plain("runs", "--jsno");
    assertThat(option.code()).isEqualTo(2);
    assertThat(option.err()).contains("--jsno").contains("Did you mean --json?");
    Answer value = plain("runs", "--limit=many");
    assertThat(value.err())
        .startsWith("error: Invalid value for option '--limit'")
        .contains("See: pergola runs --help");
  }

  @Test
  void theVersionIsOneLine() {
    assertThat(plain("--version").out()).matches("pergola \\S+\\R");
  }

  @Test
  void theCompletionScriptKnowsCommandsAndOptions() {
    assertThat(plain("completion").out())
        .startsWith("#!/usr/bin/env bash")
        .contains("explain-cache")
        .contains("--with-bad-day");
  }

  @Test
  void theReferencePageHasEveryCommandOptionAndExitCode() throws Exception {
    Path docs = docs();
    String page = Files.readString(docs.resolve("cli.md"));
    List<String> sections = List.of(page.split("(?m)^## "));
    for (Map.Entry<String, CommandLine> command : line().getSubcommands().entrySet()) {
      String name = command.getKey();
      String section =
          sections.stream()
              .filter(text -> text.startsWith(name + "\n"))
              .findFirst()
              .orElseThrow(() -> new AssertionError("cli.md has no section '## " + name + "'"));
      List<CommandLine> all = new ArrayList<>(List.of(command.getValue()));
      all.addAll(command.getValue().getSubcommands().values());
      for (CommandLine one : all) {
        for (CommandLine.Model.OptionSpec option : one.getCommandSpec().options()) {
          if (!option.usageHelp()) {
            // Said once for all commands that have --home.
            boolean common = option.longestName().equals("--metadata");
            assertThat(common ? sections.get(0) : section)
                .as(one.getCommandSpec().qualifiedName())
                .contains("`" + option.longestName());
          }
        }
        for (CommandLine.Model.PositionalParamSpec word :
            one.getCommandSpec().positionalParameters()) {
          assertThat(section).as(name).contains(word.paramLabel());
        }
      }
    }
    String codes = Files.readString(docs.resolve("exit-codes.md"));
    for (ExitCode code : ExitCode.values()) {
      assertThat(codes).contains("| " + code.code() + " |");
    }
  }

  private static Path docs() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.isDirectory(folder.resolve("docs/reference"))) {
      folder = folder.getParent();
    }
    return folder.resolve("docs/reference");
  }
}
