//! The fields of a list and the headers under which management systems write them.

use std::fmt;

use serde::Deserialize;

/// A field of a pupil's row or of a consent's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// The id in the school's register.
    PupilId,
    /// Legal forenames.
    LegalForename,
    /// The forename in daily use.
    PreferredForename,
    /// Legal surname.
    LegalSurname,
    /// Date of birth.
    Dob,
    /// Year group.
    Year,
    /// Registration class.
    Class,
    /// Admission number.
    AdmissionNo,
    /// Unique pupil number.
    Upn,
    /// The last day at the school.
    LeavingDate,
    /// Pupil, staff or visitor.
    Role,
    /// OneRoster's mark of a row that is to be deleted.
    Status,
    /// Use category.
    Category,
    /// Photo or video.
    Medium,
    /// Granted, refused or withdrawn.
    Decision,
    /// Who decided.
    Giver,
    /// What the giver is to the person.
    GiverRole,
    /// How the answer came in.
    Method,
    /// When it was given.
    MadeAt,
    /// From when it holds.
    ValidFrom,
    /// Until when it holds.
    ValidUntil,
}

impl Field {
    /// The name the product's own files use.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PupilId => "pupil_id",
            Self::LegalForename => "legal_forename",
            Self::PreferredForename => "preferred_forename",
            Self::LegalSurname => "legal_surname",
            Self::Dob => "dob",
            Self::Year => "year",
            Self::Class => "class",
            Self::AdmissionNo => "admission_no",
            Self::Upn => "upn",
            Self::LeavingDate => "leaving_date",
            Self::Role => "role",
            Self::Status => "status",
            Self::Category => "category",
            Self::Medium => "medium",
            Self::Decision => "decision",
            Self::Giver => "giver",
            Self::GiverRole => "giver_role",
            Self::Method => "method",
            Self::MadeAt => "made_at",
            Self::ValidFrom => "valid_from",
            Self::ValidUntil => "valid_until",
        }
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The headers of a pupil list, without case, spaces and punctuation: SIMS, Arbor, Bromcom, OneRoster and our own.
const PUPILS: &[(Field, &[&str])] = &[
    (
        Field::PupilId,
        &[
            "pupilid",
            "studentid",
            "personid",
            "sourcedid",
            "id",
            "pupilreference",
            "misid",
            "arborstudentid",
            "staffid",
        ],
    ),
    (
        Field::LegalForename,
        &["legalforename", "legalforenames", "legalfirstname", "forename", "forenames", "firstname", "givenname"],
    ),
    (
        Field::PreferredForename,
        &["preferredforename", "preferredfirstname", "preferredgivenname", "preferredname", "chosenname", "knownas"],
    ),
    (Field::LegalSurname, &["legalsurname", "legallastname", "surname", "lastname", "familyname"]),
    (Field::Dob, &["dob", "dateofbirth", "birthdate", "born"]),
    (Field::Year, &["year", "yeargroup", "nationalcurriculumyear", "ncyear", "yeartaughtin", "grades", "grade"]),
    (
        Field::Class,
        &["class", "reggroup", "registrationgroup", "registrationform", "form", "tutorgroup", "regform", "formgroup"],
    ),
    (Field::AdmissionNo, &["admissionno", "admno", "admissionnumber", "admnumber", "admissionid", "adno"]),
    (Field::Upn, &["upn", "uniquepupilnumber"]),
    (Field::LeavingDate, &["leavingdate", "dateofleaving", "dol", "leavedate", "enrolmentenddate"]),
    (Field::Role, &["role", "persontype", "roles"]),
    (Field::Status, &["status"]),
];

/// The headers of a consent list.
const CONSENTS: &[(Field, &[&str])] = &[
    (
        Field::PupilId,
        &[
            "pupilid",
            "studentid",
            "personid",
            "sourcedid",
            "id",
            "pupilreference",
            "misid",
            "arborstudentid",
            "staffid",
            "student",
            "pupil",
        ],
    ),
    (Field::AdmissionNo, &["admissionno", "admno", "admissionnumber", "admnumber", "admissionid", "adno"]),
    (Field::Upn, &["upn", "uniquepupilnumber"]),
    (Field::Category, &["category", "consenttype", "consent", "purpose", "use"]),
    (Field::Medium, &["medium", "media"]),
    (Field::Decision, &["decision", "status", "consentstatus", "response", "answer"]),
    (Field::Giver, &["giver", "givenby", "guardian", "guardianid", "respondedby", "respondent"]),
    (Field::GiverRole, &["giverrole", "relationship"]),
    (Field::Method, &["method", "source"]),
    (Field::MadeAt, &["madeat", "date", "dategiven", "consentdate", "responsedate", "dateresponded", "respondedat"]),
    (Field::ValidFrom, &["validfrom", "from", "startdate"]),
    (Field::ValidUntil, &["validuntil", "until", "validto", "enddate", "expires", "expirydate"]),
];

/// Columns that lists carry beside what is needed here; they may stand there and are not read.
pub(super) const UNREAD: &[&str] = &[
    // OneRoster users.csv
    "datelastmodified",
    "enableduser",
    "orgsourcedids",
    "username",
    "userids",
    "middlename",
    "identifier",
    "email",
    "sms",
    "phone",
    "agentsourcedids",
    "password",
    "usermasteridentifier",
    "resourcesourcedids",
    "preferredmiddlename",
    "preferredlastname",
    "primaryorgsourcedid",
    "pronouns",
    "metadata",
    // rolls
    "gender",
    "sex",
    "legalsex",
    "middlenames",
    "preferredsurname",
    "admissiondate",
    "enrolmentstatus",
    "name",
    "fullname",
    "pupilname",
    "studentname",
];

/// What a list is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Schema {
    /// People.
    Pupils,
    /// Answers about people.
    Consents,
}

impl Schema {
    const fn aliases(self) -> &'static [(Field, &'static [&'static str])] {
        match self {
            Self::Pupils => PUPILS,
            Self::Consents => CONSENTS,
        }
    }

    /// The field of a header as [`key`](super::headers::key) compares it.
    pub(super) fn field(self, key: &str) -> Option<Field> {
        self.aliases().iter().find(|(_, names)| names.contains(&key)).map(|(field, _)| *field)
    }
}
