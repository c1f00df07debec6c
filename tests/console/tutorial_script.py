"""TiDB's tutorial "Integrate TiDB with Amazon AppFlow", click by click. Controls are looked for by
the words that the tutorial prints, which are the same in every language of the console."""

import re

from conftest import SALESFORCE, TIDB_PASSWORD, TIDB_USER
from harness import tutorial
from playwright.sync_api import expect

from console.person import named

LABELS = {"Account ID": "id", "Account Name": "name", "Account Type": "type",
          "Billing State/Province": "billing_state", "Account Rating": "rating",
          "Industry": "industry"}


class Reader:
    """Somebody who follows the tutorial. `picture(name)` is called where a step is worth seeing."""

    def __init__(self, page, person, service, sandbox, tidb, database, picture=lambda *_, **__: None):
        self.page, self.person = page, person
        self.service, self.sandbox, self.tidb = service, sandbox, tidb
        self.database = database
        self.picture = picture

    # --- What one looks for ---

    def button(self, name, within=None):
        return (within or self.page).get_by_role("button", name=named(name)).filter(
            visible=True).first

    def link(self, name):
        """That leads somewhere: not the breadcrumb of the page itself."""
        return self.page.get_by_role("link", name=named(name)).and_(self.page.locator("a")).first

    def select(self, name, within=None):
        return (within or self.page).get_by_label(named(name)).and_(
            (within or self.page).locator("button, input")).filter(visible=True).first

    def field(self, name, within=None):
        return (within or self.page).get_by_role("textbox", name=named(name)).first

    def secret_field(self, name, within=None):
        return (within or self.page).get_by_label(named(name)).and_(
            self.page.locator("input")).first

    def card(self, name, within=None):
        return (within or self.page).get_by_role("radio", name=re.compile(rf"^{re.escape(name)}")).first

    def region(self, name):
        return self.page.get_by_role("region", name=named(name)).first

    def dialog(self, name):
        return self.page.get_by_role("dialog", name=named(name))

    def next(self):
        self.person.press(self.button("Next"))

    # --- The tutorial ---

    def look_at_functions(self):
        """Row 1: the Lambda console."""
        self.page.goto(f"{self.service.url}/lambda/home")
        expect(self.button("N. Virginia")).to_be_visible()
        expect(self.page.get_by_role("row").filter(has_text="tidb-connector").first).to_be_visible()
        self.picture("lambda")

    def register(self, label="TiDB-Connector"):
        """Rows 2 to 4: Connectors, Register new connector."""
        self.person.press(self.link("Connectors"))
        self.person.press(self.button("Register new connector"))
        dialog = self.dialog("Register a new connector")
        expect(dialog).to_be_visible()
        self.person.choose(self.select("Lambda function", dialog), "tidb-connector")
        self.person.enter(self.field("Connector label", dialog), label)
        self.picture("register")
        self.person.press(self.button("Register", dialog))
        expect(self.page.get_by_text(f"Connector {label} successfully registered."
                                     ).or_(self.page.get_by_text(f"连接器 {label} 已注册。")).first
               ).to_be_visible()
        expect(self.page.get_by_role("radio", name=re.compile(label))).to_be_attached()
        self.picture("registered")

    def name_the_flow(self, name):
        """Rows 5 and 6: Create flow, and its name."""
        self.person.press(self.link("Flows"))
        expect(self.page.get_by_role("heading", name=re.compile(r"^Flows\b")).first).to_be_visible()
        self.person.press(self.link("Create flow").or_(
            self.page.get_by_role("button", name=named("Create flow"))).first)
        expect(self.page).to_have_url(re.compile(r"#/create/1"))
        self.person.enter(self.field("Flow name"), name)
        expect(self.page.get_by_text("Valid flow name")).to_be_visible()
        self.picture("flow-details")
        self.next()

    def connect_to_salesforce(self, connection="salesforce"):
        """Rows 7 to 10: source Salesforce, Connect, Continue, Allow."""
        source = self.region("Source details")
        self.person.choose(self.select("Source name", source), "Salesforce")
        self.person.press(self.button("Connect", source))
        dialog = self.dialog("Connect to Salesforce")
        self.person.enter(self.field("Connection name", dialog), connection)
        self.person.pick(self.card("Own URL", dialog))
        self.person.enter(self.field("Login URL", dialog), self.sandbox.url)
        self.person.enter(self.field("Client ID", dialog), SALESFORCE.client_id)
        self.person.enter(self.secret_field("Client secret", dialog), SALESFORCE.client_secret)
        self.picture("connect-to-salesforce")
        with self.page.expect_popup() as opened:
            self.person.press(self.button("Continue", dialog))
        self.allow(opened.value)
        expect(dialog).to_be_hidden()
        expect(source.get_by_text(connection).first).to_be_visible()

    def allow(self, popup, answer="Allow"):
        """Salesforce's own pages, in a window of their own."""
        person = type(self.person)(popup)
        popup.get_by_role("button").first.wait_for()
        if popup.locator("input[type=password]").count():
            person.enter(popup.locator("input[name=username]"), SALESFORCE.user)
            person.enter(popup.locator("input[type=password]"), SALESFORCE.password)
            person.press(popup.get_by_role("button").first)
        button = popup.get_by_role("button", name=answer, exact=True)
        button.wait_for()
        popup.set_viewport_size({"width": 800, "height": 480})
        self.picture("allow", popup)
        with popup.expect_event("close"):
            person.press(button)

    def choose_account(self):
        """Row 11: Salesforce objects, Account."""
        source = self.region("Source details")
        expect(self.card("Salesforce objects", source)).to_be_checked()
        self.person.choose(self.select("Choose Salesforce object", source), "Account")
        self.picture("source")

    def open_connect_to_tidb(self):
        """Row 12: destination TiDB-Connector, Connect."""
        destination = self.region("Destination details")
        self.person.choose(self.select("Destination name", destination), "TiDB-Connector")
        self.picture("destination", top=self.region("Source details"))
        self.person.press(self.button("Connect", destination))
        return self.dialog("Connect to TiDB-Connector")

    def connect_to_tidb(self, connection="tidb", password=TIDB_PASSWORD):
        """Row 13: the connection's fields, TLS, Connect."""
        dialog = self.open_connect_to_tidb()
        self.fill_in_tidb(dialog, connection, password)
        self.picture("connect-to-tidb")
        self.person.press(self.button("Connect", dialog))
        return dialog

    def fill_in_tidb(self, dialog, connection, password):
        self.person.choose(self.select("Driver", dialog), "mysql")
        self.person.enter(self.field("Hostname", dialog), "127.0.0.1")
        self.person.enter(self.field("Port", dialog), str(self.tidb.port))
        self.person.enter(self.field("Username", dialog), TIDB_USER)
        self.person.enter(self.secret_field("Password", dialog), password)
        self.person.enter(self.field("Database Name", dialog), self.database)
        self.person.choose(self.select("TLS", dialog), "Yes")
        self.person.paste(self.field("CA Certificate", dialog),
                          tutorial.ca_for_appflow(self.tidb.authority.ca))
        self.person.enter(self.field("Connection name", dialog), connection)

    def choose_table(self, table="sf_account"):
        """Rows 14 to 16: the table, errors, the trigger."""
        destination = self.region("Destination details")
        self.person.choose(self.select("Choose TiDB-Connector object", destination), table)
        stop = self.card("Stop the current flow run", self.region("Error handling"))
        self.person.pick(stop)
        expect(stop).to_be_checked()
        on_demand = self.card("Run on demand", self.region("Flow trigger"))
        self.person.pick(on_demand)
        expect(on_demand).to_be_checked()
        self.picture("configured", top=self.region("Destination details"))
        self.next()

    def map_fields(self):
        """Row 17: six pairs."""
        for count, (label, column) in enumerate(LABELS.items(), 1):
            self.person.choose(self.select("Source field name"), label, close=True)
            self.person.choose(self.select("Destination field name"), column)
            if count == 1:
                self.picture("map-a-field", top=self.page.get_by_role("heading", name=named(
                    "Source to destination field mapping")))
            self.person.press(self.button("Map fields"))
            expect(self.page.get_by_role("heading").filter(has_text=f"(0/{count})")).to_be_visible()
        self.picture("mapped", top=self.page.get_by_role("heading").filter(has_text="(0/6)"))
        self.next()

    def leave_filters(self):
        """Row 18: optional."""
        expect(self.button("Add filter")).to_be_visible()
        self.picture("filters")
        self.next()

    def create(self, name):
        """Row 19: Create flow."""
        expect(self.page).to_have_url(re.compile(r"#/create/5"))
        self.picture("review")
        self.person.press(self.button("Create flow"))
        expect(self.page.get_by_text(f"{name} successfully created.").first).to_be_visible()
        expect(self.page).to_have_url(re.compile(rf"#/details/{name}"))
        self.picture("created")

    def run(self, name, records=13):
        """Row 20: Run flow, and the four lines at its end."""
        self.person.press(self.button("Run flow"))
        done = self.page.get_by_text(f"{name} finished running successfully.").first
        expect(done).to_be_visible(timeout=60_000)
        for line in (r"Start time: \S+", r"Duration: \d+(\.\d+)? seconds",
                     r"Transfer size: \d+(\.\d+)? (bytes|KB)", rf"Records processed: {records}"):
            expect(self.page.get_by_text(re.compile(line)).first).to_be_visible()
        self.picture("finished")

    def look_at_logs(self):
        """Row 21: the log page."""
        self.page.goto(f"{self.service.url}/cloudwatch/home")
        expect(self.page.get_by_text("/aws/lambda/tidb-connector").first).to_be_visible()
        self.picture("logs")
