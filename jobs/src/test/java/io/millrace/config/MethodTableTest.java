package io.millrace.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.diagnostics.Diagnostic;
import io.millrace.exchange.Every;
import io.millrace.exchange.Exchange;
import io.millrace.image.ImageOperation;
import io.millrace.minibatch.Mixing;
import io.millrace.model.architecture.Architecture;
import io.millrace.model.init.Initializer;
import io.millrace.recipe.Loss;
import io.millrace.recipe.Optimizer;
import io.millrace.recipe.OuterStep;
import io.millrace.recipe.Schedule;
import io.millrace.recipe.Shadow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The table of methods in conf/README.md has what the code has. */
class MethodTableTest {
  private static final int COLUMNS = 7;
  private static final Pattern NAME = Pattern.compile("`([^`]*)`");

  /** The column of keys of each row. */
  private static List<String> keys() throws IOException {
    String text = Files.readString(Path.of("../conf/README.md"));
    int start = text.indexOf("<!-- methods -->");
    int end = text.indexOf("<!-- /methods -->");
    assertThat(start).isPositive().isLessThan(end);
    List<String> keys = new ArrayList<>();
    for (String line : text.substring(start, end).lines().skip(3).toList()) {
      String[] cells = line.split("\\|", -1);
      assertThat(cells).as(line).hasSize(COLUMNS + 2);
      keys.add(cells[2]);
    }
    return keys;
  }

  private static Set<String> words() throws IOException {
    Set<String> words = new TreeSet<>();
    for (String key : keys()) {
      Matcher name = NAME.matcher(key);
      while (name.find()) {
        words.addAll(List.of(name.group(1).split("[^\\w.-]+")));
      }
    }
    return words;
  }

  @ParameterizedTest
  @ValueSource(
      classes = {
        Diagnostic.class,
        Optimizer.class,
        Schedule.class,
        Exchange.class,
        Every.class,
        OuterStep.class,
        Shadow.class,
        Loss.class,
        Mixing.class,
        Architecture.class,
        ImageOperation.class,
        Initializer.class
      })
  void everyChoiceHasItsRow(Class<?> choices) throws IOException {
    assertThat(words()).containsAll(Choices.of(choices).keySet());
  }

  @Test
  void everyRowNamesAKeyOrACommandThatThereIs() throws IOException {
    Set<String> known = new TreeSet<>();
    Files.readString(Path.of("../conf/README.md"))
        .lines()
        .filter(line -> line.startsWith("| `"))
        .map(line -> line.split("`")[1])
        .forEach(known::add);
    for (String key : keys()) {
      Matcher name = NAME.matcher(key);
      assertThat(name.find()).as(key).isTrue();
      String first = name.group(1).split("[: ]")[0];
      assertThat(known.contains(first) || first.equals("lr-find")).as(first).isTrue();
    }
  }
}
