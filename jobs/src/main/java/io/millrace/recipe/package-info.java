/**
 * Schedules, optimisers, weight decay and groups of parameters; nothing of Spark in here.
 *
 * <p>Decided: an optimiser makes a direction of a gradient, elementwise, and the {@link
 * io.millrace.recipe.UpdateRule} does for all of them what they share: clipping, decay, norms of
 * whole parameters, the step. A schedule is a pure function of the update. The driver works the
 * rates out, by update and group, and they go down with each round as a {@link
 * io.millrace.recipe.RoundOrder}: so what it learns on the way reaches workers, and tasks stay pure
 * functions. Momentum has PyTorch's form, with the rate outside the velocity; DL4J's keeps it
 * inside, which differs as soon as the rate changes, and warm-up changes it at every update. {@link
 * io.millrace.recipe.StockState} converts for exported models.
 *
 * <p>A loss is a function of one example's logits, in double, and an {@link
 * io.millrace.recipe.Objective} puts it into the output layer of a replica's copy of the
 * configuration. The canonical network keeps DL4J's cross entropy on softmax, so whatever trained a
 * model, it is evaluated, saved and opened elsewhere as one whose outputs are the softmax of its
 * logits; of a loss on sigmoids that keeps the order of classes. Plain cross entropy leaves the
 * layer alone, bit for bit.
 *
 * <p>Rejected: DL4J's own updaters, of which Nadam, RmsProp and AdaGrad have other formulas than
 * PyTorch; schedules inside of the broadcast rule, which no worker can be told to leave; timm's
 * hidden clipping in LAMB, which is a key of its own here; DL4J's LossBinaryXENT and class weights,
 * which would have to be saved with the network, clip probabilities and know no soft focal loss.
 */
package io.millrace.recipe;
