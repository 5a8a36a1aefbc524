/**
 * Schedules, optimisers and weight decay, as pure functions of the update; nothing of Spark in
 * here.
 *
 * <p>Momentum has PyTorch's form, with the rate outside the velocity; DL4J's keeps it inside, which
 * differs as soon as the rate changes, and warm-up changes it at every update. {@link
 * io.millrace.recipe.NesterovsState} converts between the two for exported models.
 */
package io.millrace.recipe;
