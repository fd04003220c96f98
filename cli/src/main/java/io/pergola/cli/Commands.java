package io.pergola.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** All commands, and how a command line is read. */
final class Commands {
  private static final Map<String, Function<Console, Object>> ALL = all();

  private Commands() {}

  private static Map<String, Function<Console, Object>> all() {
    Map<String, Function<Console, Object>> all = new LinkedHashMap<>();
    all.put("quickstart", QuickstartCommand::new);
    all.put("run", RunCommand::new);
    all.put("plan", PlanCommand::new);
    all.put("spans", SpansCommand::new);
    all.put("resume", ResumeCommand::new);
    all.put("rerun", RerunCommand::new);
    all.put("cancel", CancelCommand::new);
    all.put("runs", RunsCommand::new);
    all.put("logs", LogsCommand::new);
    all.put("pipelines", PipelinesCommand::new);
    all.put("show", ShowCommand::new);
    all.put("artifacts", ArtifactsCommand::new);
    all.put("examples", ExamplesCommand::new);
    all.put("statistics", StatisticsCommand::new);
    all.put("anomalies", AnomaliesCommand::new);
    all.put("schema", SchemaCommand::group);
    all.put("calibrate", CalibrateCommand::new);
    all.put("export", ExportCommand::new);
    all.put("import", ImportCommand::new);
    all.put("transform", TransformCommand::new);
    all.put("training", TrainingCommand::new);
    all.put("predict", PredictCommand::new);
    all.put("trials", TrialsCommand::new);
    all.put("evaluation", EvaluationCommand::new);
    all.put("lineage", LineageCommand::new);
    all.put("impact", ImpactCommand::new);
    all.put("diff", DiffCommand::new);
    all.put("reproduce", ReproduceCommand::new);
    all.put("explain-cache", ExplainCacheCommand::new);
    all.put("graph", GraphCommand::new);
    all.put("alias", AliasCommand::new);
    all.put("quarantine", QuarantineCommand::new);
    all.put("gc", GcCommand::new);
    all.put("flink", FlinkCommand::new);
    all.put("deploy", DeployCommand::new);
    all.put("deployments", DeploymentsCommand::new);
    all.put("serve", ServeCommand::new);
    all.put("run-claimed", RunClaimedCommand::new);
    all.put("notifications", NotificationsCommand::new);
    all.put("schedule", ScheduleCommand::group);
    all.put("backfill", BackfillCommand::group);
    all.put("doctor", DoctorCommand::new);
    all.put("metadata", MetadataCommand::line);
    all.put("completion", CompletionCommand::new);
    return all;
  }

  /** Carries out a command line and returns its exit code. */
  static int execute(Console console, String... arguments) {
    return line(console, arguments).execute(arguments);
  }

  /** All commands, for help, completion and documentation. */
  static CommandLine line(Console console) {
    return line(console, new String[0]);
  }

  /** Reading the annotations of all commands takes 0.1 s; of the one that was named, little. */
  private static CommandLine line(Console console, String... arguments) {
    CommandLine line = new CommandLine(new PergolaCommand(console));
    boolean one =
        arguments.length > 0 && ALL.containsKey(arguments[0]) && !arguments[0].equals("completion");
    ALL.forEach(
        (name, maker) -> {
          if (!one || name.equals(arguments[0])) {
            line.addSubcommand(name, maker.apply(console));
          }
        });
    if (!one) {
      line.addSubcommand("help", new HelpCommand());
    }
    addHelp(line);
    line.getHelpSectionMap().put(UsageMessageSpec.SECTION_KEY_COMMAND_LIST, new CommandSections());
    line.getCommandSpec().addOption(help()).addOption(version());
    line.getCommandSpec().version("pergola " + version(Commands.class));
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setOut(console.out());
    line.setErr(console.err());
    line.setUsageHelpWidth(Math.min(100, Math.max(60, console.width())));
    line.setUsageHelpLongOptionsMaxWidth(28);
    line.setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF));
    line.setExecutionExceptionHandler(
        (failure, command, parsed) -> Failures.report(console, failure, Optional.empty()).code());
    line.setParameterExceptionHandler((failure, words) -> usage(console, failure));
    return line;
  }

  /** Gives every command below this one the option that shows its help. */
  private static void addHelp(CommandLine line) {
    for (CommandLine command : line.getSubcommands().values()) {
      command.getCommandSpec().mixinStandardHelpOptions(false);
      if (!(command.getCommand() instanceof HelpCommand)) {
        command.getCommandSpec().addOption(help());
      }
      addHelp(command);
    }
  }

  private static CommandLine.Model.OptionSpec help() {
    return CommandLine.Model.OptionSpec.builder("-h", "--help")
        .usageHelp(true)
        .description("Show this help.")
        .build();
  }

  private static CommandLine.Model.OptionSpec version() {
    return CommandLine.Model.OptionSpec.builder("--version")
        .versionHelp(true)
        .description("Show the version.")
        .build();
  }

  private static String version(Class<?> ours) {
    String version = ours.getPackage().getImplementationVersion();
    return version == null ? "(development)" : version;
  }

  private static int usage(Console console, ParameterException failure) {
    StringBuilder message = new StringBuilder(String.valueOf(failure.getMessage()));
    if (failure instanceof UnmatchedArgumentException unmatched
        && !unmatched.getSuggestions().isEmpty()) {
      message.append(". Did you mean ").append(unmatched.getSuggestions().get(0)).append('?');
    } else {
      String command = failure.getCommandLine().getCommandSpec().qualifiedName();
      message.append(". See: ").append(command).append(" --help");
    }
    Failures.report(console, message.toString(), Optional.empty());
    return ExitCode.USAGE.code();
  }
}
