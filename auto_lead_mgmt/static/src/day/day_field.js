import { registry } from "@web/core/registry";
import {
    RemainingDaysField,
    remainingDaysField,
} from "@web/views/fields/remaining_days/remaining_days_field";
import { capitalize } from "@web/core/utils/strings";

// so many days ahead a weekday says which day it is
const WEEK = 6;

/** A day as people say it: yesterday, today, tomorrow, the weekday within a week, else the date. */
export class DayField extends RemainingDaysField {
    get diffString() {
        const value = this.props.record.data[this.props.name];
        const days = this.diffDays;
        if (days === null) {
            return "";
        }
        if (Math.abs(days) <= 1) {
            return capitalize(value.toRelativeCalendar({ unit: "days" }));
        }
        return days > 1 && days <= WEEK ? capitalize(value.toFormat("cccc")) : this.formattedValue;
    }
}

registry.category("fields").add("auto_day", { ...remainingDaysField, component: DayField });
