package io.millrace.model.init;

/**
 * Which side of a layer keeps its variance: by the inputs of an output what goes forward, by the
 * outputs of an input the gradient that comes back.
 */
public enum Fan {
  IN {
    @Override
    long of(WeightShape shape) {
      return shape.fanIn();
    }
  },
  OUT {
    @Override
    long of(WeightShape shape) {
      return shape.fanOut();
    }
  };

  abstract long of(WeightShape shape);
}
