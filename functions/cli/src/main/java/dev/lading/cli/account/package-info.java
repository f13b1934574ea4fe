/** Users and robots. */
@NullMarked
package dev.lading.cli.account;

import org.jspecify.annotations.NullMarked;
