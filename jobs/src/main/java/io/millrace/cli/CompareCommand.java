package io.millrace.cli;

import io.millrace.compare.Comparison;
import io.millrace.store.RunFolder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.SparkHadoopUtil;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code compare}: several runs on one page and in one table. It starts no Spark. */
@Command(
    name = "compare",
    description =
        "Compares runs: what differs in their settings, their figures and their curves, as a table"
            + " here, and in compare.html and compare.csv.")
final class CompareCommand implements Callable<Integer> {
  private static final String PAGE = "compare.html";
  private static final String TABLE = "compare.csv";

  @Parameters(paramLabel = "RUN", arity = "0..*", description = "Folders of runs, two at least.")
  private List<String> runs = new ArrayList<>();

  @Option(
      names = "--to",
      paramLabel = "FOLDER",
      defaultValue = ".",
      description = "Hadoop path of the folder for page and table; this one if it is left out.")
  private String to;

  @Option(
      names = {"-v", "--verbose"},
      description = "Print the stack of an error.")
  @SuppressWarnings("UnusedVariable") // Main asks the parser for it
  private boolean verbose;

  @Override
  public Integer call() throws Exception {
    var hadoop = SparkHadoopUtil.get().newConfiguration(new SparkConf());
    Comparison comparison = Comparison.of(hadoop, runs);
    comparison.notices().forEach(System.out::println);
    Columns.of(comparison.table()).forEach(System.out::println);
    comparison
        .settings()
        .forEach((key, values) -> System.out.printf("%s: %s%n", key, String.join(" | ", values)));
    RunFolder folder = RunFolder.open(hadoop, new Path(to));
    folder.write(PAGE, comparison.html());
    folder.write(TABLE, comparison.csv());
    System.out.printf(
        "runs=%d table=%s report=%s%n", runs.size(), folder.path(TABLE), folder.path(PAGE));
    return ExitCode.DONE;
  }
}
