package io.millrace.deploy;

import io.millrace.build.Guide;
import io.millrace.build.ProjectCopy;
import io.millrace.check.Check;
import io.millrace.check.CheckReport;
import io.millrace.checkpoint.ZipEntries;
import io.millrace.deploy.Shell.Said;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The section of deploy/README.md on a cluster on this machine, as it stands there, by one shell in
 * a copy of the project that has no output yet: {@code deploy/check walk}. It trains, loses a
 * worker on the way, and plays a night.
 */
public final class WalkCheck implements Check {
  private static final Path PAGE = Path.of("deploy/README.md");
  private static final String TWIN =
      "deploy/submit --master 'local[2,4]' train --config conf/quickstart.yaml --set name=twin --set training.epochs=4";

  @Override
  public void run(CheckReport report) throws Exception {
    String walk = walk();
    try (ProjectCopy copy = ProjectCopy.make()) {
      Shell shell = new Shell(Map.of(), copy.folder());
      try {
        Said walked = shell.run(walk);
        walked.out().lines().forEach(report::say);
        ended(report, walked, copy.folder().resolve("out"));
        Said left = shell.run("deploy/cluster status");
        report.count("stop ended all that start began: " + left.out().strip(), left.code() == 1);
      } finally {
        shell.run("deploy/cluster stop");
      }
      Said twin = shell.run(TWIN);
      report.count("the same without a cluster: " + twin.last(), twin.well());
      Path out = copy.folder().resolve("out");
      report.count("has the same weights", weights(out, "walk").equals(weights(out, "twin")));
    }
  }

  private static void ended(CheckReport report, Said walked, Path out) {
    report.count("every command of the walk ended well: " + walked.last(), walked.well());
    report.count(
        "a worker was lost on the way",
        walked.out().contains("worker 2 was killed, and its executors with it")
            && walked.out().contains("rounds go in waves, with the same weights"));
    report.count("start brought it back", walked.out().contains("127.0.0.2: 0 of 1 cores"));
    report.count("the night has a champion", Files.exists(out.resolve("nightly/champion.json")));
  }

  /** The commands of the page's only block of shell. */
  private static String walk() throws IOException {
    List<String> blocks = new Guide(PAGE, Files.readString(PAGE)).blocks("sh");
    if (blocks.size() != 1) {
      throw new IllegalStateException(PAGE + " has " + blocks.size() + " blocks of shell, not one");
    }
    return blocks.get(0);
  }

  private static String weights(Path out, String name) throws IOException {
    Path model = out.resolve(name).resolve("model.zip");
    return ZipEntries.ofAnyName(Files.newInputStream(model)).get("coefficients.bin");
  }
}
