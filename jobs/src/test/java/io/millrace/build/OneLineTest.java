package io.millrace.build;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import io.millrace.diagnostics.Diagnostic;
import io.millrace.exchange.Every;
import io.millrace.exchange.Exchange;
import io.millrace.image.ImageOperation;
import io.millrace.minibatch.Mixing;
import io.millrace.model.architecture.Architecture;
import io.millrace.model.init.Initializer;
import io.millrace.precision.Precision;
import io.millrace.recipe.Loss;
import io.millrace.recipe.Optimizer;
import io.millrace.recipe.OuterStep;
import io.millrace.recipe.Schedule;
import io.millrace.recipe.Shadow;
import io.millrace.settings.OneOf;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A new choice is a class and a line in the list of its interface: of each kind there is one that
 * no other class of the product names.
 */
class OneLineTest {
  @ParameterizedTest
  @ValueSource(
      classes = {
        Architecture.class,
        Diagnostic.class,
        Every.class,
        Exchange.class,
        ImageOperation.class,
        Initializer.class,
        Loss.class,
        Mixing.class,
        Optimizer.class,
        OuterStep.class,
        Precision.class,
        Schedule.class,
        Shadow.class
      })
  void aNewOneIsNamedInOnePlace(Class<?> kind) {
    Set<String> alone = new TreeSet<>();
    for (Class<?> choice : kind.getAnnotation(OneOf.class).value()) {
      if (namedBy(choice).equals(Set.of(kind.getName()))) {
        alone.add(choice.getSimpleName());
      }
    }
    assertThat(alone).as(Arrays.toString(kind.getAnnotation(OneOf.class).value())).isNotEmpty();
  }

  /** The classes outside of a choice's own file that name it. */
  private static Set<String> namedBy(Class<?> choice) {
    return Product.CLASSES.get(choice).getDirectDependenciesToSelf().stream()
        .map(Dependency::getOriginClass)
        .map(Product::outer)
        .filter(name -> !name.equals(choice.getName()))
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
