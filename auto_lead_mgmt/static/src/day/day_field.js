/* global luxon */

import { registry } from "@web/core/registry";
import { capitalize } from "@web/core/utils/strings";
import {
    RemainingDaysField,
    remainingDaysField,
} from "@web/views/fields/remaining_days/remaining_days_field";

const { DateTime } = luxon;
// so many days ahead a weekday says which day it is
const WEEK = 6;

/**
 * A day as people say it: yesterday, today, tomorrow, the weekday within a week, else the date; with the hour where
 * another field, named by the option "at", has one.
 */
export class DayField extends RemainingDaysField {
    static props = { ...RemainingDaysField.props, at: { type: String, optional: true } };

    get diffString() {
        const day = this.dayString;
        const hour = this.props.at && this.props.record.data[this.props.at];
        return day && hour ? `${day} ${hour.toLocaleString(DateTime.TIME_24_SIMPLE)}` : day;
    }

    get dayString() {
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

registry.category("fields").add("auto_day", {
    ...remainingDaysField,
    component: DayField,
    extractProps: (info, dynamicInfo) => ({
        ...remainingDaysField.extractProps?.(info, dynamicInfo),
        at: info.options.at,
    }),
});
