import { registry } from "@web/core/registry";
import { graphView } from "@web/views/graph/graph_view";
import { pivotView } from "@web/views/pivot/pivot_view";

// Both views tell above their figures how they are counted.

class FocusGraphRenderer extends graphView.Renderer {
    static template = "auto_lead_mgmt.FocusGraphRenderer";
}

class FocusPivotRenderer extends pivotView.Renderer {
    static template = "auto_lead_mgmt.FocusPivotRenderer";
}

registry.category("views").add("auto_lead_focus_graph", { ...graphView, Renderer: FocusGraphRenderer });
registry.category("views").add("auto_lead_focus_pivot", { ...pivotView, Renderer: FocusPivotRenderer });
