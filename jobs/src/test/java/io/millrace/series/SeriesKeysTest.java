package io.millrace.series;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.config.KeyTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class SeriesKeysTest {
  private static final Path REFERENCE = Path.of("..", "conf", "README.md");
  private static final String START = "<!-- series keys -->\n";
  private static final String END = "<!-- /series keys -->";

  @Test
  void theReferenceHasTheKeysOfASeriesFile() throws IOException {
    String keys = KeyTable.markdown(SeriesConfig.class);
    String readme = Files.readString(REFERENCE);
    int start = readme.indexOf(START) + START.length();
    int end = readme.indexOf(END);
    if (Boolean.getBoolean("rewrite")) {
      readme = readme.substring(0, start) + keys + readme.substring(end);
      Files.writeString(REFERENCE, readme);
      end = readme.indexOf(END);
    }
    assertThat(readme.substring(start, end))
        .as(
            "conf/README.md; rewrite it by: mvn -q -pl jobs -am test -Dtest=SeriesKeysTest"
                + " -Dsurefire.failIfNoSpecifiedTests=false -Drewrite=true")
        .isEqualTo(keys);
  }

  @Test
  void whatTheReferenceShowsIsASeries() throws IOException {
    Matcher shown =
        Pattern.compile("```yaml\n(name: .*?)```", Pattern.DOTALL)
            .matcher(Files.readString(REFERENCE));
    assertThat(shown.find()).isTrue();
    Series series =
        SeriesReader.read(
            "conf/ablation/shown.yaml",
            shown.group(1),
            List.of(),
            path -> Files.readString(Path.of("..", path)));
    assertThat(series.runs().map(SeriesRun::name)).hasSize(6).contains("plain-1", "smooth-3");
  }
}
