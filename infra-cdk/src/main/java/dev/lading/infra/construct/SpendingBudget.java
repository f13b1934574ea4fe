package dev.lading.infra.construct;

import dev.lading.infra.option.LadingOptions.Budget;
import java.util.List;
import software.amazon.awscdk.services.budgets.CfnBudget;
import software.amazon.awscdk.services.budgets.CfnBudget.BudgetDataProperty;
import software.amazon.awscdk.services.budgets.CfnBudget.NotificationProperty;
import software.amazon.awscdk.services.budgets.CfnBudget.NotificationWithSubscribersProperty;
import software.amazon.awscdk.services.budgets.CfnBudget.SpendProperty;
import software.amazon.awscdk.services.budgets.CfnBudget.SubscriberProperty;
import software.constructs.Construct;

/**
 * Tells an e-mail address when the account has spent most of a month's budget, and when it will spend more than all. It
 * counts the whole account, hours late, and stops nothing.
 */
public final class SpendingBudget extends Construct {
    private static final int MOST_PERCENT = 80;
    private static final int ALL_PERCENT = 100;

    public SpendingBudget(Construct scope, String id, String name, Budget budget) {
        super(scope, id);
        CfnBudget.Builder.create(this, "Month")
                .budget(BudgetDataProperty.builder()
                        .budgetName(name)
                        .budgetType("COST")
                        .timeUnit("MONTHLY")
                        .budgetLimit(SpendProperty.builder()
                                .amount(budget.dollars())
                                .unit("USD")
                                .build())
                        .build())
                .notificationsWithSubscribers(List.of(
                        tell(budget.email(), "ACTUAL", MOST_PERCENT), tell(budget.email(), "FORECASTED", ALL_PERCENT)))
                .build();
    }

    private static NotificationWithSubscribersProperty tell(String email, String spending, int percent) {
        return NotificationWithSubscribersProperty.builder()
                .notification(NotificationProperty.builder()
                        .notificationType(spending)
                        .comparisonOperator("GREATER_THAN")
                        .threshold(percent)
                        .thresholdType("PERCENTAGE")
                        .build())
                .subscribers(List.of(SubscriberProperty.builder()
                        .subscriptionType("EMAIL")
                        .address(email)
                        .build()))
                .build();
    }
}
