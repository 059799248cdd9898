import { _t } from "@web/core/l10n/translation";
import { groupBy } from "@web/core/utils/arrays";

const describe = (cell) => (cell.column ? _t("%(column)s: %(reason)s", cell) : cell.reason);

/** What the server tells of a registration sheet: the cells that it cannot read, and what it has imported. */
export class SheetReport {
    /** @param {number} lines of the sheet, without its headings */
    constructor(lines = 0) {
        this.lines = lines;
        // Each with its line, column and reason
        this.bad = [];
        // What the server says of each batch that it has imported
        this.batches = [];
        // The line at which the import goes on
        this.next = 0;
        this.isDone = false;
        // How many lines the last test has read
        this.tested = 0;
    }

    get isStarted() {
        return this.batches.length > 0;
    }

    /** The bad lines, each with all that is wrong with it: pairs of a number and a text. */
    get badLines() {
        const lines = Object.values(groupBy(this.bad, (cell) => cell.line));
        return lines.map((cells) => [cells[0].line, cells.map(describe).join("; ")]);
    }

    /** How many lines are read, or left out by the server. */
    count(name) {
        return this.batches.reduce((sum, batch) => sum + batch[name], 0);
    }

    /** The customers to whom the lines of a kind have come, one for each line. */
    customers(name) {
        return this.batches.flatMap((batch) => batch[name]);
    }
}
