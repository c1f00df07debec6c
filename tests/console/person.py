"""A person at a browser: with a mouse, and with a keyboard alone."""

import re

from playwright.sync_api import Locator, Page, expect

# More than any page has; where something can't be reached by Tab, a test should say so soon.
MOST_TABS = 300


def named(name):
    """Exactly this accessible name; in Chinese its translation follows in parentheses."""
    return re.compile(rf"^{re.escape(name)}($|（)")


def search(page: Page, option):
    """Types into the search of an opened list, where it has one: few options stay."""
    if page.evaluate("document.activeElement?.tagName") == "INPUT":
        page.keyboard.type(option)


class Mouse:
    def __init__(self, page: Page):
        self.page = page

    def press(self, control: Locator):
        control.click()

    def enter(self, control: Locator, text):
        control.click()
        control.press("Control+a")
        self.page.keyboard.type(text)

    def paste(self, control: Locator, text):
        control.click()
        self.page.keyboard.insert_text(text)

    def pick(self, control: Locator):
        """A radio button, or what stands for it: the whole card."""
        control.check(force=True)

    def choose(self, control: Locator, option, close=False):
        control.click()
        search(self.page, option)
        self.page.get_by_role("option").filter(has_text=option).first.click()
        if close:
            self.page.keyboard.press("Escape")


class Keyboard:
    def __init__(self, page: Page):
        self.page = page

    def reach(self, control: Locator):
        """Presses Tab until the control has the focus."""
        expect(control).to_be_visible()
        for _ in range(MOST_TABS):
            if control.evaluate("element => element === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{control} can't be reached by Tab")

    def press(self, control: Locator):
        expect(control).to_be_enabled()
        self.reach(control)
        self.page.keyboard.press("Enter")

    def enter(self, control: Locator, text):
        self.reach(control)
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(text)

    def paste(self, control: Locator, text):
        self.reach(control)
        self.page.keyboard.insert_text(text)

    def pick(self, control: Locator):
        """Tab leads into a group of radio buttons, arrows to another of them."""
        if control.is_checked():
            return
        group = control.get_attribute("name")
        checked = self.page.locator(f'input[type=radio][name="{group}"]:checked')
        self.reach(checked if checked.count() else control)
        for _ in range(10):
            if control.is_checked():
                return
            self.page.keyboard.press("ArrowDown" if checked.count() else "Space")
        raise AssertionError(f"{control} can't be picked with the keyboard")

    def choose(self, control: Locator, option, close=False):
        self.reach(control)
        self.page.keyboard.press("Enter")
        search(self.page, option)
        wanted = self.page.get_by_role("option").filter(has_text=option).first
        expect(wanted).to_be_visible()
        for _ in range(MOST_TABS):
            if "highlighted" in (wanted.get_attribute("class") or ""):
                break
            self.page.keyboard.press("ArrowDown")
        else:
            raise AssertionError(f"the option {option} can't be reached with arrows")
        self.page.keyboard.press("Enter")
        if close:
            self.page.keyboard.press("Escape")
